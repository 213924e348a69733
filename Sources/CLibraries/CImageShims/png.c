#include "CImageShims.h"
#include <png.h>
const char *CImageShims_png_version(void) { return png_get_libpng_ver(NULL); }
