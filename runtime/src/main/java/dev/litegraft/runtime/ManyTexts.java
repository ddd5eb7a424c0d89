package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.TokenizedModel.Encode;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Answers to a stream of texts, in its order. Texts are read into windows, at most two at a time;
 * workers make tokens of a window's texts, and then answer the longest first, those of equal length
 * one after the other, because an interpreter makes room anew for each other number of tokens. The
 * first window that is large enough finds out which of the {@link Lanes} is the faster one.
 *
 * <p>The source is read on the thread of the one who reads the answers. Workers are gone a moment
 * after the last text, or after the stream was closed.
 */
final class ManyTexts<T, A> extends Spliterators.AbstractSpliterator<Outcome<T, A>>
    implements AutoCloseable {
  /** The first windows are small, so that the first answers are early. */
  private static final int FIRST_WINDOW = 128;

  private static final int LARGEST_WINDOW = 1024;

  /** Texts of a window have about as many UTF-16 units at most, but there is at least one. */
  private static final int CHARACTERS = 1 << 22;

  /** What the model says of a text. */
  interface Reading<T, A> {
    A of(T text, Encoded encoded, RawModel.Timed<RawOutput> answer);
  }

  private final RawModel model;
  private final Iterator<T> source;
  private final ToIntFunction<T> size;
  private final Encode<T> encode;
  private final Reading<T, A> reading;
  private final ThreadPoolExecutor workers;
  private final ArrayDeque<Outcome<T, A>> ready = new ArrayDeque<>();

  /** Windows on their way; guarded by itself, with {@link #closed}. */
  private final Set<TextWindow<T, A>> open = new HashSet<>();

  private boolean closed;
  private boolean done;
  private @Nullable TextWindow<T, A> current;
  private @Nullable RuntimeException sourceFault;
  private long read;
  private int windowSize = FIRST_WINDOW;

  private ManyTexts(
      RawModel model,
      Iterator<T> source,
      ToIntFunction<T> size,
      Encode<T> encode,
      Reading<T, A> reading) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.model = model;
    this.source = source;
    this.size = size;
    this.encode = encode;
    this.reading = reading;
    this.workers = Workers.pool("litegraft-texts", model.lanes().threads());
    workers.setRejectedExecutionHandler(
        new ThreadPoolExecutor.DiscardPolicy()); // Of work that comes after close().
  }

  /**
   * Answers to texts.
   *
   * @param size about how many UTF-16 units a text has
   */
  static <T, A> Stream<Outcome<T, A>> of(
      RawModel model,
      Stream<T> texts,
      ToIntFunction<T> size,
      Encode<T> encode,
      Reading<T, A> reading) {
    ManyTexts<T, A> many = new ManyTexts<>(model, texts.iterator(), size, encode, reading);
    return StreamSupport.stream(many, false).onClose(many::close).onClose(texts::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super Outcome<T, A>> action) {
    if (done) {
      return false;
    }
    requireOpen();
    try {
      while (ready.isEmpty() && isMore()) {
        fetch();
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    Outcome<T, A> next = ready.poll();
    if (next == null) {
      workers.shutdown();
      if (sourceFault != null) {
        throw sourceFault;
      }
      done = true;
      return false;
    }
    action.accept(next);
    return true;
  }

  private boolean isMore() {
    if (current == null) {
      current = window();
    }
    return current != null;
  }

  /** Waits for the window, while the next one is read and given to the workers. */
  private void fetch() {
    TextWindow<T, A> due = Objects.requireNonNull(current);
    if (due.measures()) {
      due.measure();
    }
    current = window();
    ready.addAll(due.outcomes());
    synchronized (open) {
      open.remove(due);
    }
  }

  /** The next texts, on their way; null where there are none. */
  private @Nullable TextWindow<T, A> window() {
    List<T> texts = new ArrayList<>();
    long characters = 0;
    try {
      while (sourceFault == null
          && texts.size() < windowSize
          && characters < CHARACTERS
          && source.hasNext()) {
        T text = Objects.requireNonNull(source.next(), "a text");
        characters += size.applyAsInt(text);
        texts.add(text);
      }
    } catch (RuntimeException e) {
      sourceFault = e; // Those before it are answered first.
    }
    if (texts.isEmpty()) {
      return null;
    }
    boolean isAlone = read == 0 && texts.size() == 1 && characters < CHARACTERS;
    if (isAlone && sourceFault == null) {
      requireOpen();
      read = 1;
      ready.add(alone(texts.get(0)));
      return null;
    }
    windowSize = Math.min(2 * windowSize, LARGEST_WINDOW);
    TextWindow<T, A> window =
        new TextWindow<>(
            model, workers, read, Collections.unmodifiableList(texts), encode, reading);
    read += texts.size();
    synchronized (open) {
      requireOpen(); // What close() does not find would never be stopped.
      open.add(window);
    }
    window.begin();
    return window;
  }

  private void requireOpen() {
    synchronized (open) {
      if (closed) {
        throw TextWindow.closedStream(model);
      }
    }
  }

  /** The only text is answered here: to wake others for it takes half as long as its answer. */
  private Outcome<T, A> alone(T text) {
    Encoded encoded;
    RawModel.Timed<RawOutput> answer;
    try {
      encoded = encode.of(text, "the text");
      answer = model.timedAnswer(encoded.encoding().ids(), encoded.encoding().typeIds());
    } catch (InvalidInputException e) {
      return Outcome.faulty(0, text, e);
    }
    // As among many: an answer that cannot be read is the file's fault.
    return Outcome.answered(0, text, reading.of(text, encoded, answer));
  }

  /** Begins no further text, and does not wait for those that are under way. */
  @Override
  public void close() {
    workers.shutdown();
    workers.getQueue().clear();
    synchronized (open) {
      closed = true;
      open.forEach(TextWindow::stop);
    }
  }
}
