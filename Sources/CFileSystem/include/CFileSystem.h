#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// Exchanges two paths of one file system in one step: both exist at every moment. 0, or -1 with errno set.
int cf_exchange(const char *a, const char *b);

#endif
