package dev.litegraft.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a zip file of torch what is small is there, and the numbers are holes. */
class HollowArchiveTest {
  @TempDir Path folder;

  private final Map<String, byte[]> entries = new TreeMap<>();
  private final AtomicLong read = new AtomicLong();

  @Test
  void whatIsSmallIsThereAndNumbersAreHoles() throws IOException {
    entries.put("m/data.pkl", random(400_000));
    entries.put("m/data/0", random(900_000));
    entries.put("m/data/1", random(700_000));
    entries.put("m/byteorder", "little".getBytes(UTF_8));
    entries.put("m/version", "3\n".getBytes(UTF_8));
    Path whole = zip();
    Path hollow = folder.resolve("hollow.bin");
    assertThat(hollow(whole, hollow)).isTrue();
    assertThat(read).hasValueLessThan(1_100_000);
    assertThat(hollow).hasSize(Files.size(whole));
    try (ZipFile zip = new ZipFile(hollow.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName)).containsExactlyElementsOf(entries.keySet());
      for (String name : entries.keySet()) {
        byte[] content = zip.getInputStream(zip.getEntry(name)).readAllBytes();
        byte[] expected = entries.get(name);
        assertThat(content).as(name).hasSameSizeAs(expected);
        if (name.startsWith("m/data/")) {
          assertThat(Arrays.copyOfRange(content, 300_000, 300_100)).containsOnly(0);
        } else {
          assertThat(content).as(name).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void whatIsNoZipFileIsNotShown() throws IOException {
    Path file = Files.write(folder.resolve("legacy.bin"), random(1000));
    assertThat(hollow(file, folder.resolve("out"))).isFalse();
    Files.write(file, new byte[0]);
    assertThat(hollow(file, folder.resolve("out2"))).isFalse();
  }

  @Test
  void whatIsDamagedIsNotShownOrIsReadAsItStands() throws IOException {
    entries.put("m/data.pkl", random(100));
    entries.put("m/data/0", random(600_000));
    byte[] whole = Files.readAllBytes(zip());
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      int last = damaged.length - 1 - random.nextInt(230);
      damaged[last] ^= (byte) (1 + random.nextInt(255));
      Path file = Files.write(folder.resolve("damaged.bin"), damaged);
      Path out = folder.resolve("out" + i);
      hollow(file, out);
      assertThat(Files.size(out)).isLessThanOrEqualTo(damaged.length);
      Files.delete(out);
    }
  }

  private boolean hollow(Path whole, Path hollow) throws IOException {
    read.set(0);
    byte[] bytes = Files.readAllBytes(whole);
    try (FileChannel out =
        FileChannel.open(hollow, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return HollowArchive.write(
          bytes.length,
          (from, count) -> {
            read.addAndGet(count);
            return Arrays.copyOfRange(
                bytes, (int) from, (int) Math.min(bytes.length, from + count));
          },
          out);
    }
  }

  private Path zip() throws IOException {
    Path file = folder.resolve("whole.bin");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(each.getValue().length);
        CRC32 sum = new CRC32();
        sum.update(ByteBuffer.wrap(each.getValue()));
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
