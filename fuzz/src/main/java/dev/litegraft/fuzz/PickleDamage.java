package dev.litegraft.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Damage to files of torch's and joblib's: to their bytes, and to the pickle in them, whose sum is
 * then made right again, so that the damage is met by whoever reads pickles.
 */
final class PickleDamage {
  private static final List<String> INSTRUCTIONS =
      List.of(
          "(",
          ")",
          "}",
          "]",
          "0",
          "1",
          "2",
          ".",
          "N",
          "R",
          "b",
          "Q",
          "t",
          "u",
          "s",
          "a",
          "e",
          "o",
          "\u0081",
          "\u0085",
          "\u0086",
          "\u0087",
          "\u0088",
          "\u008f",
          "\u0090",
          "\u0093",
          "\u0094",
          "h\0",
          "h\1",
          "h\2",
          "q\0",
          "K\0",
          "K\u00ff",
          "M\u00ff\u00ff",
          "J\u00ff\u00ff\u00ff\u00ff",
          "cos\nsystem\n",
          "ctorch\nFloatStorage\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
          "ccollections\nOrderedDict\n",
          "ios\nsystem\n",
          "X\1\0\0\0w",
          "\u008a\u0008\0\0\0\0\0\0\0\u0080",
          "\u008d\0\0\0\0\0\1\0\0",
          "I9\n",
          "L-7L\n",
          "F1e999\n",
          "Snot quoted\n",
          "P0\n");

  private PickleDamage() {}

  static byte[] damaged(Path base, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(base);
    boolean zip = bytes.length > 4 && bytes[0] == 'P' && bytes[1] == 'K';
    if (!zip) {
      return random.nextInt(3) == 0 ? container(bytes, random) : pickle(bytes, random);
    }
    if (random.nextInt(3) == 0) {
      return container(bytes, random);
    }
    Map<String, byte[]> entries = entries(base);
    List<String> names = new ArrayList<>(entries.keySet());
    String chosen =
        random.nextInt(4) > 0
            ? names.stream().filter(name -> name.endsWith("data.pkl")).findFirst().orElseThrow()
            : names.get(random.nextInt(names.size()));
    byte[] content = entries.getOrDefault(chosen, new byte[0]);
    switch (random.nextInt(10)) {
      case 0 -> entries.remove(chosen);
      case 1 -> {
        entries.remove(chosen);
        entries.put(PlainDamage.text(random).replaceAll("[\ud800-\udfff]", "?"), content);
      }
      default -> entries.put(chosen, pickle(content, random));
    }
    return zipped(entries);
  }

  /** Bytes wherever they are; heads and directory of a zip file are at its ends. */
  private static byte[] container(byte[] bytes, Random random) {
    byte[] out = PlainDamage.bytes(bytes, random);
    if (out.length > 200 && random.nextBoolean()) {
      int at = random.nextBoolean() ? random.nextInt(120) : out.length - 1 - random.nextInt(200);
      out[at] = (byte) random.nextInt();
    }
    return out;
  }

  private static byte[] pickle(byte[] bytes, Random random) {
    byte[] out = bytes;
    for (int n = 1 + random.nextInt(4); n > 0 && out.length > 0; n--) {
      int at = random.nextInt(out.length);
      String put = INSTRUCTIONS.get(random.nextInt(INSTRUCTIONS.size()));
      byte[] instruction = put.getBytes(StandardCharsets.ISO_8859_1);
      switch (random.nextInt(6)) {
        case 0 -> out = spliced(out, at, 0, instruction);
        case 1 ->
            out = spliced(out, at, Math.min(instruction.length, out.length - at), instruction);
        case 2 ->
            out = spliced(out, at, Math.min(1 + random.nextInt(12), out.length - at), new byte[0]);
        case 3 -> {
          int from = random.nextInt(out.length);
          int length = Math.min(1 + random.nextInt(64), out.length - from);
          out = spliced(out, at, 0, Arrays.copyOfRange(out, from, from + length));
        }
        default -> {
          out = out.clone();
          out[at] =
              (byte) (random.nextBoolean() ? random.nextInt() : out[at] ^ 1 << random.nextInt(8));
        }
      }
    }
    return out;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
    byte[] out = new byte[bytes.length - removed + added.length];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(added, 0, out, at, added.length);
    System.arraycopy(bytes, at + removed, out, at + added.length, bytes.length - at - removed);
    return out;
  }

  private static Map<String, byte[]> entries(Path zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile file = new ZipFile(zip.toFile())) {
      for (ZipEntry entry : Collections.list(file.entries())) {
        try (InputStream in = file.getInputStream(entry)) {
          entries.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return entries;
  }

  private static byte[] zipped(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        if (each.getKey().getBytes(StandardCharsets.UTF_8).length > 0xffff) {
          continue;
        }
        ZipEntry entry = new ZipEntry(each.getKey());
        CRC32 sum = new CRC32();
        sum.update(each.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(each.getValue().length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    }
    return out.toByteArray();
  }
}
