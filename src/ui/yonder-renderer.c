/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-renderer.h"

/* Nodes of the kernel by which a program reaches a graphics processor: any driver of DRM, NVIDIA's, Windows's below WSL, ARM's, Qualcomm's */
static const char * const nodes[] = { "/dev/nvidiactl", "/dev/dxg", "/dev/mali0", "/dev/kgsl-3d0", NULL };

static gboolean
has_graphics_processor (void)
{
  g_autoptr (GDir) dri = g_dir_open ("/dev/dri", 0, NULL);
  const char *name;

  while (dri != NULL && (name = g_dir_read_name (dri)) != NULL)
    if (g_str_has_prefix (name, "renderD"))
      return TRUE;
  for (guint i = 0; nodes[i] != NULL; i++)
    if (g_file_test (nodes[i], G_FILE_TEST_EXISTS))
      return TRUE;
  return FALSE;
}

static gboolean is_cairo_chosen;

/**
 * yonder_renderer_choose:
 *
 * Has GTK draw with Cairo on a computer without a graphics processor, as most virtual machines are. GTK 4.18 would have the processor do the work
 * of OpenGL or Vulkan there, which takes twice the memory and more time; and so would GStreamer's sink, which asks GTK for OpenGL. Nor has it
 * GTK spread its work over threads, for which its main one would wait by trying again and again. To be called before gtk_init() and before
 * there are threads, unless the user chose by GSK_RENDERER or GDK_DISABLE.
 */
void
yonder_renderer_choose (void)
{
  if (has_graphics_processor ())
    return;

  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GDK_DISABLE", "gl,vulkan,threads", TRUE);
  is_cairo_chosen = TRUE;
}

/**
 * yonder_renderer_spare:
 * @display: the display of the windows
 *
 * Where Cairo was chosen, has calls drawn without gradients and soft shadows, which are more work for it than the picture, and pages change
 * without movement, as GNOME itself does without a graphics processor. Main thread, once.
 */
void
yonder_renderer_spare (GdkDisplay *display)
{
  g_autoptr (GtkCssProvider) provider = NULL;

  if (!is_cairo_chosen)
    return;

  g_object_set (gtk_settings_get_for_display (display), "gtk-enable-animations", FALSE, NULL);
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/org/yondercall/Yonder/style-plain.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}
