#ifndef C_IMAGE_SHIMS_H
#define C_IMAGE_SHIMS_H
const char *CImageShims_png_version(void);
#endif
