package dev.litegraft.checkpoint.pickle;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a pickle of the protocols 0 to 5 without running anything: names stay names, and a call is
 * a record of what would be called.
 *
 * <p>What comes out are {@link PickleNone}, Boolean, Long, {@link BigInteger}, Double, String,
 * byte[], {@link PickleTuple}, List, Map, {@link PickleName}, {@link PickleCall}, and what the
 * {@link PickleDialect} makes of those. A text of Python 2 is a String. A value may hold itself.
 *
 * <p>Source: {@code Lib/pickletools.py} of Python 3.13, which describes every instruction.
 */
final class PickleReader {
  private static final int HIGHEST_PROTOCOL = 5;
  private static final int MAX_INTEGER_BYTES = 1 << 10;

  /** Bounds how many there are: 32 million. */
  private static final int PER_INSTRUCTION = 4;

  private final PickleInput in;
  private final PickleDialect dialect;
  private final PickleStack stack;

  private PickleReader(PickleInput in, PickleDialect dialect) {
    this.in = in;
    this.dialect = dialect;
    this.stack = new PickleStack(in);
  }

  /**
   * Reads one pickle, and no byte behind it.
   *
   * @throws InvalidCheckpointException if it is damaged, too large, or names what the dialect does
   *     not know
   */
  static Object read(PickleInput in, PickleDialect dialect) throws IOException {
    return new PickleReader(in, dialect).read();
  }

  private Object read() throws IOException {
    while (true) {
      in.charge(PER_INSTRUCTION);
      int code = in.unsignedByte();
      if (code == '.') { // STOP
        return stack.result();
      }
      if (!scalar(code) && !container(code) && !memory(code) && !object(code)) {
        throw in.invalid(
            "the pickle has an instruction 0x"
                + Integer.toHexString(code)
                + ", which is none of protocol 0 to "
                + HIGHEST_PROTOCOL
                + " that such a file needs");
      }
    }
  }

  /** Numbers, texts and bytes. */
  private boolean scalar(int code) throws IOException {
    switch (code) {
      case 'N' -> stack.push(PickleNone.NONE);
      case 0x88 -> stack.push(true); // NEWTRUE
      case 0x89 -> stack.push(false); // NEWFALSE
      case 'K' -> integer(in.unsigned(1)); // BININT1
      case 'M' -> integer(in.unsigned(2)); // BININT2
      case 'J' -> integer((in.unsigned(4) << Integer.SIZE) >> Integer.SIZE); // BININT
      case 'I' -> integerLine(in.line()); // INT
      case 'L' -> longLine(in.line()); // LONG
      case 0x8a -> bigInteger(in.length(1)); // LONG1
      case 0x8b -> bigInteger(in.length(4)); // LONG4
      case 'G' -> real(Double.longBitsToDouble(Long.reverseBytes(in.unsigned(8)))); // BINFLOAT
      case 'F' -> realLine(in.line()); // FLOAT
      case 'X' -> stack.push(in.text(in.length(4))); // BINUNICODE
      case 0x8c -> stack.push(in.text(in.length(1))); // SHORT_BINUNICODE
      case 0x8d -> stack.push(in.text(in.length(8))); // BINUNICODE8
      case 'V' -> stack.push(in.line()); // UNICODE
      case 'U' -> stack.push(in.text(in.length(1))); // SHORT_BINSTRING
      case 'T' -> stack.push(in.text(in.length(4))); // BINSTRING
      case 'S' -> stack.push(quoted(in.line())); // STRING
      case 'C' -> stack.push(in.bytes(in.length(1))); // SHORT_BINBYTES
      case 'B' -> stack.push(in.bytes(in.length(4))); // BINBYTES
      case 0x8e, 0x96 -> stack.push(in.bytes(in.length(8))); // BINBYTES8, BYTEARRAY8
      default -> {
        return false;
      }
    }
    return true;
  }

  private void integer(long value) {
    in.charge(24);
    stack.push(value);
  }

  private void real(double value) {
    in.charge(24);
    stack.push(value);
  }

  /** INT writes booleans as 00 and 01. */
  private void integerLine(String line) {
    switch (line) {
      case "00" -> stack.push(false);
      case "01" -> stack.push(true);
      default -> longLine(line);
    }
  }

  private void longLine(String line) {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (!digits.matches("-?[0-9]{1,1000}")) {
      throw in.invalid("the pickle holds a whole number that is none");
    }
    push(new BigInteger(digits));
  }

  private void realLine(String line) {
    if (!line.matches("[-+]?(nan|inf|[0-9.]+(e[-+]?[0-9]+)?)")) {
      throw in.invalid("the pickle holds a number that is none");
    }
    try {
      real(Double.parseDouble(line.replace("nan", "NaN").replace("inf", "Infinity")));
    } catch (NumberFormatException e) {
      throw in.invalid("the pickle holds a number that is none");
    }
  }

  private void bigInteger(int length) throws IOException {
    if (length > MAX_INTEGER_BYTES) {
      throw in.invalid("the pickle holds a whole number of " + length + " bytes");
    }
    byte[] little = in.bytes(length);
    byte[] big = new byte[length];
    for (int i = 0; i < length; i++) {
      big[i] = little[length - 1 - i];
    }
    push(length == 0 ? BigInteger.ZERO : new BigInteger(big));
  }

  private void push(BigInteger value) {
    in.charge(64L + value.bitLength() / Byte.SIZE);
    stack.push(value.bitLength() < Long.SIZE ? (Object) value.longValue() : value);
  }

  private String quoted(String line) {
    int end = line.length() - 1;
    char quote = end < 1 ? 0 : line.charAt(0);
    if ((quote != '\'' && quote != '"') || line.charAt(end) != quote || line.indexOf('\\') >= 0) {
      throw in.invalid("the pickle holds a text without quotes, or with escapes");
    }
    return line.substring(1, end);
  }

  /** Tuples, lists, dicts and sets. */
  private boolean container(int code) {
    switch (code) {
      case '(' -> stack.mark();
      case ')' -> stack.push(PickleTuple.EMPTY);
      case 't' -> tuple(stack.sinceMark());
      case 0x85, 0x86, 0x87 -> tuple(last(code - 0x84)); // TUPLE1, 2 and 3
      case ']', 0x8f -> list(List.of()); // EMPTY_LIST, EMPTY_SET
      case 'l', 0x91 -> list(stack.sinceMark()); // LIST, FROZENSET
      case '}' -> dict(List.of());
      case 'd' -> dict(stack.sinceMark());
      case 'a' -> append(last(1));
      case 'e', 0x90 -> append(stack.sinceMark()); // APPENDS, ADDITEMS
      case 's' -> put(last(2));
      case 'u' -> put(stack.sinceMark());
      case '0' -> stack.drop();
      case '1' -> stack.sinceMark();
      case '2' -> stack.push(stack.top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private List<Object> last(int count) {
    List<Object> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(0, stack.pop());
    }
    return items;
  }

  private void tuple(List<Object> items) {
    in.charge(48L + 8L * items.size());
    stack.push(new PickleTuple(items));
  }

  private void list(List<Object> items) {
    in.charge(32);
    stack.push(new ArrayList<>(items));
  }

  private void dict(List<Object> items) {
    in.charge(64);
    stack.push(new LinkedHashMap<>());
    put(items);
  }

  private void append(List<Object> items) {
    @SuppressWarnings("unchecked") // Lists of this machine hold objects.
    List<Object> list = (List<Object>) require(List.class);
    in.charge(16L * items.size());
    list.addAll(items);
  }

  private void put(List<Object> items) {
    @SuppressWarnings("unchecked") // Maps of this machine hold objects.
    Map<Object, Object> map = (Map<Object, Object>) require(Map.class);
    if (items.size() % 2 != 0) {
      throw in.invalid("the pickle puts a key without a value into a dict");
    }
    in.charge(40L * items.size());
    for (int i = 0; i < items.size(); i += 2) {
      map.put(requireKey(items.get(i)), items.get(i + 1));
    }
  }

  private <T> T require(Class<T> type) {
    Object top = stack.top();
    if (!type.isInstance(top)) {
      throw in.invalid(
          "the pickle puts items into what is no " + (type == Map.class ? "dict" : "list"));
    }
    return type.cast(top);
  }

  /** A tuple as a key may be nested as deep as its hash would take for ever. */
  private Object requireKey(Object key) {
    if (key instanceof String
        || key instanceof Long
        || key instanceof Boolean
        || key instanceof Double
        || key == PickleNone.NONE) {
      return key;
    }
    throw in.invalid("the pickle has a dict with a key that is neither a text nor a number");
  }

  /** Protocol, frames, and what is recalled by number. */
  private boolean memory(int code) throws IOException {
    switch (code) {
      case 0x80 -> requireProtocol(in.unsignedByte()); // PROTO
      case 0x95 -> in.unsigned(8); // FRAME, which only helps to read ahead
      case 'q' -> stack.remember(in.unsigned(1), stack.top()); // BINPUT
      case 'r' -> stack.remember(in.unsigned(4), stack.top()); // LONG_BINPUT
      case 'p' -> stack.remember(number(in.line()), stack.top()); // PUT
      case 0x94 -> stack.rememberNext(stack.top()); // MEMOIZE
      case 'h' -> stack.push(stack.remembered(in.unsigned(1))); // BINGET
      case 'j' -> stack.push(stack.remembered(in.unsigned(4))); // LONG_BINGET
      case 'g' -> stack.push(stack.remembered(number(in.line()))); // GET
      default -> {
        return false;
      }
    }
    return true;
  }

  private void requireProtocol(int protocol) {
    if (protocol > HIGHEST_PROTOCOL) {
      throw in.invalid(
          "the pickle is of protocol " + protocol + ", where " + HIGHEST_PROTOCOL + " is the last");
    }
  }

  private long number(String line) {
    if (!line.matches("[0-9]{1,9}")) {
      throw in.invalid("the pickle remembers a value by what is no number");
    }
    return Long.parseLong(line);
  }

  /** What would import, call and fill objects. */
  private boolean object(int code) throws IOException {
    switch (code) {
      case 'c' -> stack.push(known(in.line(), in.line())); // GLOBAL
      case 0x93 -> { // STACK_GLOBAL
        List<Object> names = last(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
          throw in.invalid("the pickle names a class by what is no text");
        }
        stack.push(known(module, name));
      }
      case 'R', 0x81 -> { // REDUCE, NEWOBJ
        List<Object> call = last(2);
        call(call.get(0), call.get(1));
      }
      case 'i' -> { // INST
        PickleName name = known(in.line(), in.line());
        call(name, new PickleTuple(stack.sinceMark()));
      }
      case 'o' -> { // OBJ
        List<Object> all = stack.sinceMark();
        if (all.isEmpty()) {
          throw in.invalid("the pickle makes an object of no class");
        }
        call(all.get(0), new PickleTuple(all.subList(1, all.size())));
      }
      case 'b' -> build(stack.pop());
      case 'Q' -> stack.push(dialect.kept(stack.pop(), in)); // BINPERSID
      case 'P' -> stack.push(dialect.kept(in.line(), in)); // PERSID
      default -> {
        return false;
      }
    }
    return true;
  }

  private PickleName known(String module, String text) {
    in.charge(32);
    PickleName name = PickleName.of(module, text);
    if (!dialect.knows(name)) {
      throw dialect.refusal(name, in);
    }
    return name;
  }

  /** A name of somebody else's in a message. */
  static String shown(String text) {
    String line = text.replaceAll("[^\\x20-\\x7e]", "?");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }

  private void call(Object what, Object arguments) {
    if (!(what instanceof PickleName name) || !(arguments instanceof PickleTuple tuple)) {
      throw in.invalid("the pickle calls what is no class or function, or without arguments");
    }
    in.charge(64);
    stack.push(dialect.called(name, tuple, in));
  }

  private void build(Object state) throws IOException {
    Object target = stack.pop();
    if (target instanceof PickleCall call) {
      call.set(state);
      stack.push(dialect.set(call, in));
    } else if (target instanceof Map && state instanceof Map) {
      stack.push(target); // Attributes of an OrderedDict: versions of modules.
    } else {
      throw in.invalid("the pickle sets the state of what is no object");
    }
  }
}
