package dev.litegraft.checkpoint.safetensors;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks the header of a safetensors file; {@link SafetensorsFormat} says what is
 * checked.
 */
final class SafetensorsHeader {
  private static final String REMEDY =
      "download or save the file again; it is damaged or was not written by safetensors";
  private static final int MAX_RANK = 32;

  /**
   * A tensor of the header.
   *
   * @param begin byte of the data section at which its numbers begin
   * @param end byte after the last one
   */
  record Entry(String name, DType dtype, Shape shape, long begin, long end) {}

  private final String where;
  private final long dataLength;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private @Nullable Map<String, String> metadata;

  private SafetensorsHeader(String where, long dataLength) {
    this.where = where;
    this.dataLength = dataLength;
  }

  /**
   * @param json the header's bytes
   * @param dataLength bytes of the file after the header
   * @param where the file, for messages
   */
  static SafetensorsHeader read(InputStream json, long dataLength, String where)
      throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(where, dataLength);
    Reader text = new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = Json.skimming(text)) {
      header.parse(parser);
    } catch (CharacterCodingException e) {
      throw new InvalidCheckpointException("the header is not text in UTF-8", where, REMEDY);
    } catch (JacksonException e) {
      JsonLocation at = e.getLocation();
      throw new InvalidCheckpointException(
          "the header is not JSON: " + e.getOriginalMessage(),
          where + (at == null ? "" : ", near header byte " + at.getCharOffset()),
          REMEDY);
    }
    header.requireCovered();
    return header;
  }

  /** The tensors, in the header's order. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** The free text of {@code __metadata__}. */
  Map<String, String> metadata() {
    return metadata == null ? Map.of() : metadata;
  }

  private void parse(JsonParser p) throws IOException {
    expect(p.nextToken(), JsonToken.START_OBJECT, "the header");
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String name = p.currentName();
      if (name.chars().anyMatch(Character::isISOControl)) {
        throw invalid("a tensor's name holds control characters", Json.show(name));
      }
      if (name.equals(SafetensorsFormat.METADATA)) {
        parseMetadata(p);
      } else if (entries.put(name, parseEntry(p, name)) != null) {
        throw invalid("the name " + name + " stands twice in the header", name);
      } else if (entries.size() > SafetensorsFormat.MAX_TENSORS) {
        throw invalid(
            "the header lists more than " + SafetensorsFormat.MAX_TENSORS + " tensors", name);
      }
    }
    if (p.nextToken() != null) {
      throw new InvalidCheckpointException(
          "the header goes on after its JSON object ends", where, REMEDY);
    }
  }

  private void parseMetadata(JsonParser p) throws IOException {
    if (metadata != null) {
      throw invalid("the name __metadata__ stands twice in the header", SafetensorsFormat.METADATA);
    }
    expect(p.nextToken(), JsonToken.START_OBJECT, SafetensorsFormat.METADATA);
    Map<String, String> texts = new LinkedHashMap<>();
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String key = p.currentName();
      expect(p.nextToken(), JsonToken.VALUE_STRING, SafetensorsFormat.METADATA + "." + key);
      texts.put(key, p.getText());
    }
    metadata = texts;
  }

  private Entry parseEntry(JsonParser p, String name) throws IOException {
    expect(p.nextToken(), JsonToken.START_OBJECT, name);
    @Nullable String dtype = null;
    long @Nullable [] shape = null;
    long @Nullable [] offsets = null;
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String member = p.currentName();
      JsonToken token = p.nextToken();
      boolean twice;
      switch (member) {
        case "dtype" -> {
          expect(token, JsonToken.VALUE_STRING, name + ".dtype");
          twice = dtype != null;
          dtype = p.getText();
        }
        case "shape" -> {
          twice = shape != null;
          shape = numbers(p, token, name, "shape");
        }
        case "data_offsets" -> {
          twice = offsets != null;
          offsets = numbers(p, token, name, "data_offsets");
        }
        default -> throw invalid("unknown member \"" + member + "\" in the header", name);
      }
      if (twice) {
        throw invalid("the member \"" + member + "\" stands twice in the header", name);
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw invalid(
          "the header has no "
              + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets")
              + " for the tensor",
          name);
    }
    return entry(name, dtype, shape, offsets);
  }

  private Entry entry(String name, String dtypeName, long[] dims, long[] offsets) {
    if (offsets.length != 2) {
      throw invalid("data_offsets has " + offsets.length + " numbers, where 2 are needed", name);
    }
    DType dtype = requireDtype(name, dtypeName);
    long begin = offsets[0];
    long end = offsets[1];
    if (begin < 0 || end < begin || end > dataLength) {
      throw invalid(
          "data_offsets "
              + Arrays.toString(offsets)
              + " are not within the data's "
              + dataLength
              + " bytes",
          name);
    }
    int[] shape = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0 || dims[i] > Integer.MAX_VALUE) {
        throw invalid(
            "dimension "
                + i
                + " of shape "
                + Arrays.toString(dims)
                + " is not between 0 and "
                + Integer.MAX_VALUE,
            name);
      }
      shape[i] = (int) dims[i];
    }
    long bytes;
    try {
      bytes = dtype.bytes(Shape.of(shape).elements());
    } catch (ArithmeticException e) {
      throw invalid("shape " + Arrays.toString(dims) + " has more elements than a file can", name);
    }
    if (bytes != end - begin) {
      throw invalid(
          "shape "
              + Arrays.toString(dims)
              + " of "
              + dtypeName
              + " takes "
              + bytes
              + " bytes, but data_offsets "
              + Arrays.toString(offsets)
              + " hold "
              + (end - begin),
          name);
    }
    return new Entry(name, dtype, Shape.of(shape), begin, end);
  }

  private DType requireDtype(String name, String dtype) {
    return SafetensorsFormat.dtype(dtype)
        .orElseThrow(
            () ->
                SafetensorsFormat.isRefusedDtype(dtype)
                    ? new InvalidCheckpointException(
                        "dtype " + dtype + " is not supported; supported: F32, F16, BF16, F64",
                        at(name),
                        "convert the original, unquantized checkpoint")
                    : invalid("unknown dtype \"" + dtype + "\"", name));
  }

  private long[] numbers(JsonParser p, JsonToken first, String name, String member)
      throws IOException {
    expect(first, JsonToken.START_ARRAY, name + "." + member);
    long[] numbers = new long[4];
    int n = 0;
    for (JsonToken t = p.nextToken(); t != JsonToken.END_ARRAY; t = p.nextToken()) {
      if (t != JsonToken.VALUE_NUMBER_INT
          || p.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw invalid(
            member + " holds " + p.getText() + ", where a whole number of 63 bits is needed", name);
      }
      if (n == MAX_RANK) {
        throw invalid(member + " has more than " + MAX_RANK + " numbers", name);
      }
      if (n == numbers.length) {
        numbers = Arrays.copyOf(numbers, MAX_RANK);
      }
      numbers[n++] = p.getLongValue();
    }
    return Arrays.copyOf(numbers, n);
  }

  /** In the order of their offsets the tensors cover the data, without overlap, hole or rest. */
  private void requireCovered() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    String before = "the beginning of the data";
    for (Entry e : sorted) {
      if (e.begin() < covered) {
        throw invalid(
            "the tensor begins at data byte "
                + e.begin()
                + " and overlaps "
                + before
                + ", which ends at "
                + covered,
            e.name());
      }
      if (e.begin() > covered) {
        throw invalid(
            "the tensor begins at data byte "
                + e.begin()
                + " and leaves a hole after "
                + before
                + ", which ends at "
                + covered,
            e.name());
      }
      covered = e.end();
      before = e.name();
    }
    if (covered != dataLength) {
      throw new InvalidCheckpointException(
          "the tensors end at data byte "
              + covered
              + ", but the file holds "
              + dataLength
              + " bytes of data",
          where,
          REMEDY);
    }
  }

  private void expect(@Nullable JsonToken found, JsonToken wanted, String what) {
    if (found != wanted) {
      throw new InvalidCheckpointException(
          what + " is " + describe(found) + ", where " + describe(wanted) + " is needed",
          where,
          REMEDY);
    }
  }

  private static String describe(@Nullable JsonToken token) {
    if (token == null) {
      return "cut off";
    }
    return switch (token) {
      case START_OBJECT -> "a JSON object";
      case START_ARRAY -> "a JSON array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      default -> "\"" + token.asString() + "\"";
    };
  }

  private String at(String tensor) {
    return where + ", tensor " + tensor;
  }

  private InvalidCheckpointException invalid(String what, String tensor) {
    return new InvalidCheckpointException(what, at(tensor), REMEDY);
  }
}
