// What Android's libc has and this machine's has not, or has otherwise: enough for TensorFlow Lite to run here.
// The library's names of functions that take a FILE, or a number of sysconf, are renamed before it is loaded
// (ElfPatch), because glibc's own stand before those of this library.
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// bionic's stdin, stdout and stderr are the three elements of this array; a FILE has 152 bytes there.
enum { FILE_BYTES = 152 };
char __sF[3 * FILE_BYTES];

static FILE *here(FILE *file) {
  const char *at = (const char *)file;
  if (at < __sF || at >= __sF + sizeof __sF) return file;
  switch ((at - __sF) / FILE_BYTES) {
    case 0: return stdin;
    case 1: return stdout;
    default: return stderr;
  }
}

int *__errno(void) { return &errno; }

size_t __strlen_chk(const char *text, size_t room) {
  (void)room;
  return strlen(text);
}

int __system_property_get(const char *name, char *value) {
  (void)name;
  *value = 0;
  return 0;
}

void android_set_abort_message(const char *message) { fprintf(stderr, "abort: %s\n", message); }

int __android_log_vprint(int priority, const char *tag, const char *format, va_list values) {
  fprintf(stderr, "[%d %s] ", priority, tag);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  return 1;
}

int __android_log_print(int priority, const char *tag, const char *format, ...) {
  va_list values;
  va_start(values, format);
  __android_log_vprint(priority, tag, format, values);
  va_end(values);
  return 1;
}

int lgvfprnt(FILE *file, const char *format, va_list values) { return vfprintf(here(file), format, values); }

int lgfprnt(FILE *file, const char *format, ...) {
  va_list values;
  va_start(values, format);
  int written = vfprintf(here(file), format, values);
  va_end(values);
  return written;
}

int lgfpc(int c, FILE *file) { return fputc(c, here(file)); }

size_t lgfwrt(const void *bytes, size_t size, size_t count, FILE *file) { return fwrite(bytes, size, count, here(file)); }

int lgffls(FILE *file) { return fflush(file ? here(file) : NULL); }

// The numbers of bionic's _SC_PAGESIZE, _SC_PAGE_SIZE, _SC_NPROCESSORS_CONF and _SC_NPROCESSORS_ONLN.
long lgsyscf(int name) {
  switch (name) {
    case 0x27:
    case 0x28: return sysconf(_SC_PAGESIZE);
    case 0x60: return sysconf(_SC_NPROCESSORS_CONF);
    case 0x61: return sysconf(_SC_NPROCESSORS_ONLN);
    default: return -1;
  }
}
