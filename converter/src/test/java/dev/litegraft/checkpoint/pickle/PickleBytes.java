package dev.litegraft.checkpoint.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts pickles together, right and wrong ones, and files of torch around them. */
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static PickleBytes of() {
    return new PickleBytes().bytes(0x80, 2);
  }

  PickleBytes bytes(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** Instructions by their letters. */
  PickleBytes op(String letters) {
    out.writeBytes(letters.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleBytes op(String letter, int times) {
    return op(letter.repeat(times));
  }

  PickleBytes text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return op("X").little(4, utf8.length).raw(utf8);
  }

  PickleBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  PickleBytes little(int width, long value) {
    ByteBuffer all = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(all.putLong(value).array(), 0, width);
    return this;
  }

  PickleBytes number(long value) {
    return bytes(0x8a, 8).little(8, value);
  }

  PickleBytes name(String module, String name) {
    return op("c" + module + "\n" + name + "\n");
  }

  /** A tuple of numbers. */
  PickleBytes numbers(long... values) {
    op("(");
    for (long value : values) {
      number(value);
    }
    return op("t");
  }

  /** A storage of f32 by its key. */
  PickleBytes storage(String key, long elements) {
    op("(").text("storage").name("torch", "FloatStorage").text(key).text("cpu").number(elements);
    return op("tQ");
  }

  /** A tensor of a storage that stands under the key 0. */
  PickleBytes tensor(long elements, long offset, long[] sizes, long[] strides) {
    return tensor("0", elements, offset, sizes, strides);
  }

  PickleBytes tensor(String key, long elements, long offset, long[] sizes, long[] strides) {
    name("torch._utils", "_rebuild_tensor_v2").op("(").storage(key, elements).number(offset);
    numbers(sizes).numbers(strides).bytes(0x89).name("collections", "OrderedDict");
    return op(")RtR");
  }

  byte[] end() {
    return op(".").out.toByteArray();
  }

  /** The bytes so far. */
  byte[] array() {
    return out.toByteArray();
  }

  /** A dict of one tensor "w" that is made by {@code value}. */
  static byte[] state(PickleBytes value) {
    return of().op("}").text("w").raw(value.array()).op("s").end();
  }

  /** The entries of a file with this pickle and a storage 0 of 8 f32. */
  static Map<String, byte[]> entries(byte[] pickle) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("m/data.pkl", pickle);
    entries.put("m/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    entries.put("m/data/0", new byte[32]);
    entries.put("m/version", new byte[] {'3', '\n'});
    return entries;
  }

  static byte[] file(byte[] pickle) {
    return zip(entries(pickle));
  }

  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        CRC32 sum = new CRC32();
        sum.update(each.getValue());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(each.getValue().length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
