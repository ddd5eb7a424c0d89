/*
 * What a program sees of a processor that has less than this one: a library to preload, for Linux on x86-64 where the
 * processor can fault on CPUID (Intel's can, "cpuid_fault" in /proc/cpuinfo). Kernels of LiteRT, ONNX Runtime and PyTorch
 * ask the instruction itself what they may use, and have no setting to use less.
 *
 *   cc -O2 -shared -fPIC -o cpuid_without.so cpuid_without.c -ldl
 *   CPUID_WITHOUT=amx,vnni,avx512 LD_PRELOAD=$PWD/cpuid_without.so PROGRAM
 *
 * Each CPUID of the process faults; it is then executed here and the bits are taken out. Faults of other kinds go to the
 * handler that the program itself asks for.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define ARCH_CPUID 0x1012 /* of asm/prctl.h */

static uint32_t without_7_0_ebx, without_7_0_ecx, without_7_0_edx, without_7_1_eax, without_7_1_edx;
static struct sigaction programs; /* what the program asked for */
static int (*real_sigaction)(int, const struct sigaction *, struct sigaction *);

static void fault(int number, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  const unsigned char *at = (const unsigned char *)registers[REG_RIP];
  /* Only the processor's own fault has this code: an address that is not there has another. */
  if (info->si_code == SI_KERNEL && at[0] == 0x0f && at[1] == 0xa2) {
    uint32_t leaf = (uint32_t)registers[REG_RAX], part = (uint32_t)registers[REG_RCX], a, b, c, d;
    syscall(SYS_arch_prctl, ARCH_CPUID, 1);
    __cpuid_count(leaf, part, a, b, c, d);
    syscall(SYS_arch_prctl, ARCH_CPUID, 0);
    if (leaf == 7 && part == 0) {
      b &= ~without_7_0_ebx;
      c &= ~without_7_0_ecx;
      d &= ~without_7_0_edx;
    } else if (leaf == 7 && part == 1) {
      a &= ~without_7_1_eax;
      d &= ~without_7_1_edx;
    }
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
    return;
  }
  if (programs.sa_flags & SA_SIGINFO) {
    programs.sa_sigaction(number, info, context);
  } else if (programs.sa_handler == SIG_DFL || programs.sa_handler == SIG_IGN) {
    real_sigaction(SIGSEGV, &programs, NULL); /* happens again, and then as without this library */
  } else {
    programs.sa_handler(number);
  }
}

int sigaction(int number, const struct sigaction *wanted, struct sigaction *before) {
  if (real_sigaction == NULL) {
    real_sigaction = (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
  }
  if (number != SIGSEGV) {
    return real_sigaction(number, wanted, before);
  }
  struct sigaction seen = programs;
  if (wanted != NULL) {
    programs = *wanted;
  }
  if (before != NULL) {
    *before = seen;
  }
  return 0;
}

__attribute__((constructor)) static void begin(void) {
  const char *words = getenv("CPUID_WITHOUT");
  if (words == NULL || *words == '\0') {
    return;
  }
  int avx512 = 0, vnni = 0, amx = 0;
  char copy[64];
  snprintf(copy, sizeof copy, "%s", words);
  for (char *word = strtok(copy, ","); word != NULL; word = strtok(NULL, ",")) {
    if (strcmp(word, "avx512") == 0) {
      avx512 = 1;
    } else if (strcmp(word, "vnni") == 0) {
      vnni = 1;
    } else if (strcmp(word, "amx") == 0) {
      amx = 1;
    } else {
      fprintf(stderr, "CPUID_WITHOUT: %s is none of amx, vnni, avx512\n", word);
      _exit(1);
    }
  }
  if (avx512 || vnni) {
    without_7_0_ecx |= 1u << 11;            /* AVX512_VNNI */
    without_7_1_eax |= 1u << 4;             /* AVX_VNNI */
    without_7_1_edx |= 1u << 4 | 1u << 10;  /* AVX_VNNI_INT8, AVX_VNNI_INT16 */
  }
  if (avx512 || amx) {
    without_7_0_edx |= 1u << 22 | 1u << 24 | 1u << 25; /* AMX_BF16, AMX_TILE, AMX_INT8 */
    without_7_1_eax |= 1u << 21;                       /* AMX_FP16 */
  }
  if (avx512) {
    without_7_0_ebx |= 1u << 16 | 1u << 17 | 1u << 21 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 30 | 1u << 31;
    without_7_0_ecx |= 1u << 1 | 1u << 6 | 1u << 12 | 1u << 14;
    without_7_0_edx |= 1u << 2 | 1u << 3 | 1u << 8 | 1u << 23;
    without_7_1_eax |= 1u << 5;
  }
  struct sigaction own;
  memset(&own, 0, sizeof own);
  own.sa_sigaction = fault;
  own.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGINT, NULL, &(struct sigaction){0}); /* finds the C library's */
  if (real_sigaction(SIGSEGV, &own, NULL) != 0 || syscall(SYS_arch_prctl, ARCH_CPUID, 0) != 0) {
    fputs("CPUID_WITHOUT: this processor or system cannot let CPUID fault\n", stderr);
    _exit(1);
  }
}
