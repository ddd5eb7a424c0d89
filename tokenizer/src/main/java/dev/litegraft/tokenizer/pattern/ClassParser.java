package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.unicode.Properties;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Character classes in brackets and the types and properties of one code point, with Oniguruma's
 * rules: {@code [a-z&&[^aeiou]]}, {@code [[:alpha:]]}, {@code [^\s\p{L}]}.
 */
final class ClassParser {
  private static final int DEEPEST = 100;
  private static final Set<String> POSIX =
      Set.of(
          "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
          "upper", "xdigit", "ascii", "word");

  private final Reader reader;
  private int depth;

  ClassParser(Reader reader) {
    this.reader = reader;
  }

  /**
   * A class as it is written.
   *
   * @param members before it is negated
   */
  record CharClass(CharSet members, boolean negated) {
    CharSet set() {
      return negated ? members.not() : members;
    }
  }

  /** The class whose opening bracket was just read. */
  CharClass read(Options options) {
    if (++depth > DEEPEST) {
      throw reader.fault("classes in classes more than " + DEEPEST + " deep");
    }
    boolean negated = reader.take('^');
    Members members = new Members(options);
    if (reader.peek() == ']') {
      reader.next();
      if (!reader.comesLater(']')) {
        throw reader.fault("a class without members");
      }
      members.point(']');
    }
    while (!reader.take(']')) {
      members.next();
    }
    depth--;
    return new CharClass(members.end(), negated);
  }

  /** The type of an escape's letter, or null if it is none. */
  static @Nullable CharSet type(int letter, boolean inClass, Options options) {
    CharSet set =
        switch (letter) {
          case 'w', 'W' -> type(inClass ? 'W' : 'w', options.asciiWord() || options.asciiPosix());
          case 's', 'S' -> type('s', options.asciiSpace() || options.asciiPosix());
          case 'd', 'D' -> type('d', options.asciiDigit() || options.asciiPosix());
          case 'h', 'H' -> CharSet.of(new int[] {'0', '9', 'A', 'F', 'a', 'f'});
          default -> null;
        };
    return set != null && letter < 'a' ? set.not() : set;
  }

  /** The letter is one of \\w, \\s and \\d, or W for a word letter inside a class. */
  private static CharSet type(char letter, boolean ascii) {
    CharSet set = CharSet.of(Properties.type(letter));
    return ascii ? set.and(CharSet.of(0, 127)) : set;
  }

  /** The property in braces whose {@code \p} or {@code \P} was just read. */
  CharSet property(boolean negated, boolean inClass, Options options) {
    reader.next();
    boolean not = negated != reader.take('^');
    String name = reader.name('}');
    CharSet set =
        name.equalsIgnoreCase("word")
            ? type(inClass ? 'W' : 'w', options.asciiWord() || options.asciiPosix())
            : named(name, options);
    return not ? set.not() : set;
  }

  private CharSet named(String name, Options options) {
    int[] ranges = Properties.ranges(name);
    if (ranges == null) {
      throw reader.fault("there is no property " + name);
    }
    CharSet set = CharSet.of(ranges);
    return ascii(name.toLowerCase(Locale.ROOT), options) ? set.and(CharSet.of(0, 127)) : set;
  }

  private static boolean ascii(String name, Options options) {
    return POSIX.contains(name)
        && (options.asciiPosix()
            || (options.asciiWord() && name.equals("word"))
            || (options.asciiDigit() && name.equals("digit"))
            || (options.asciiSpace() && name.equals("space")));
  }

  /** What a class has gathered so far; ranges wait for their end. */
  private final class Members {
    private static final int NOTHING = -1; // at the start, or behind a whole range
    private static final int A_SET = -2; // behind a type or a property

    private final Options options;
    private List<CharSet> sets = new ArrayList<>();
    private List<Integer> ranges = new ArrayList<>();
    private @Nullable CharSet before; // what stands before the last &&
    private int last = NOTHING;
    private boolean complete; // behind a whole range or a class
    private int rangeStart = NOTHING;

    Members(Options options) {
      this.options = options;
    }

    void next() {
      int c = reader.next();
      if (c == Reader.END) {
        throw reader.fault("a class without its end");
      }
      if (c == '[') {
        bracket();
      } else if (c == '&' && reader.take('&')) {
        and();
      } else if (c == '-') {
        hyphen();
      } else if (c == '\\') {
        escape();
      } else {
        point(c);
      }
    }

    private void bracket() {
      int from = reader.at();
      if (reader.take(':')) {
        boolean negated = reader.take('^');
        for (String name : POSIX) {
          if (reader.take(name + ":]")) {
            CharSet set = named(":" + name, options);
            if (ascii(name, options)) {
              set = set.and(CharSet.of(0, 127));
            }
            set(negated ? set.not() : set);
            return;
          }
        }
        reader.back(from);
      }
      flush();
      rangeStart = NOTHING; // "[a-[b]]" forgets its a, as the native engine does
      sets.add(read(options).set());
      complete = true;
    }

    private void and() {
      flush();
      CharSet here = gathered();
      before = before == null ? here : before.and(here);
      sets = new ArrayList<>();
      ranges = new ArrayList<>();
      complete = false;
    }

    private void hyphen() {
      if (rangeStart != NOTHING) {
        point('-'); // the end of a range
      } else if (last == NOTHING && !complete) {
        point('-'); // at the start
      } else if (reader.peek() == ']' || (reader.peek() == '&' && reader.peek(1) == '&')) {
        point('-'); // at the end
      } else if (last == A_SET) {
        throw reader.fault("a range that starts with a type or property");
      } else if (last == NOTHING) {
        point('-'); // behind a whole range: [0-9-a]
      } else {
        rangeStart = last;
        last = NOTHING;
      }
    }

    private void escape() {
      int c = reader.next();
      CharSet type = type(c, true, options);
      if (type != null) {
        set(type);
      } else if ((c == 'p' || c == 'P') && reader.peek() == '{') {
        set(property(c == 'P', true, options));
      } else if (c >= '0' && c <= '7') {
        reader.back(reader.at() - 1);
        point(reader.octal(3));
      } else if (c == Reader.END) {
        throw reader.fault("it ends behind a backslash");
      } else {
        point(reader.escaped(c, true));
      }
    }

    private void set(CharSet set) {
      if (rangeStart != NOTHING) {
        throw reader.fault("a range that ends with a type or property");
      }
      flush();
      sets.add(set);
      last = A_SET;
    }

    void point(int c) {
      if (rangeStart != NOTHING) {
        if (rangeStart > c) {
          throw reader.fault("a range whose end is before its start");
        }
        ranges.add(rangeStart);
        ranges.add(c);
        rangeStart = NOTHING;
        last = NOTHING;
        complete = true;
      } else {
        flush();
        last = c;
      }
    }

    private void flush() {
      if (last >= 0) {
        ranges.add(last);
        ranges.add(last);
      }
      last = NOTHING;
      complete = false;
    }

    private CharSet gathered() {
      CharSet set = CharSet.of(ranges.stream().mapToInt(i -> i).toArray());
      for (CharSet other : sets) {
        set = set.or(other);
      }
      return set;
    }

    CharSet end() {
      flush();
      CharSet here = gathered();
      return before == null ? here : before.and(here);
    }
  }
}
