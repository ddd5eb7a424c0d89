import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Makes a library for Android's x86-64 loadable by glibc: six imported names get others of the same length, which bionic.c
 * defines, and the tables of symbol versions, which name Android's libc, are no longer found.
 *
 * <p>java ElfPatch.java FROM TO
 */
final class ElfPatch {
  private static final Map<String, String> NAMES =
      Map.of(
          "vfprintf", "lgvfprnt",
          "fprintf", "lgfprnt",
          "fputc", "lgfpc",
          "fwrite", "lgfwrt",
          "fflush", "lgffls",
          "sysconf", "lgsyscf");

  /** DT_VERSYM, DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM. */
  private static final Set<Long> VERSIONS =
      Set.of(0x6ffffff0L, 0x6ffffffcL, 0x6ffffffdL, 0x6ffffffeL, 0x6fffffffL);

  /** In the range that systems may use, and unknown to glibc. */
  private static final long IGNORED = 0x6000000dL;

  private static final int PT_DYNAMIC = 2;
  private static final int PROGRAM_HEADER = 56;

  public static void main(String[] args) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(args[0]));
    NAMES.forEach((from, to) -> rename(bytes, from, to));
    ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headers = Math.toIntExact(elf.getLong(32));
    for (int i = 0; i < elf.getShort(56); i++) {
      int header = headers + PROGRAM_HEADER * i;
      if (elf.getInt(header) == PT_DYNAMIC) {
        int from = Math.toIntExact(elf.getLong(header + 8));
        int to = from + Math.toIntExact(elf.getLong(header + 32));
        for (int entry = from; entry < to; entry += 16) {
          if (VERSIONS.contains(elf.getLong(entry))) {
            elf.putLong(entry, IGNORED + (elf.getLong(entry) & 0xf));
          }
        }
      }
    }
    Files.write(Path.of(args[1]), bytes);
  }

  private static void rename(byte[] bytes, String from, String to) {
    byte[] name = ('\0' + from + '\0').getBytes(StandardCharsets.US_ASCII);
    byte[] other = ('\0' + to + '\0').getBytes(StandardCharsets.US_ASCII);
    int found = 0;
    for (int at = 0; at + name.length <= bytes.length; at++) {
      int same = 0;
      while (same < name.length && bytes[at + same] == name[same]) {
        same++;
      }
      if (same == name.length) {
        System.arraycopy(other, 0, bytes, at, other.length);
        found++;
      }
    }
    if (found != 1) {
      throw new IllegalStateException(from + " stands in the library " + found + " times, and once is expected");
    }
  }
}
