// Not in Swift's Glibc module.
#include <sys/xattr.h>
