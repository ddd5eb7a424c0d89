package dev.litegraft.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Hands the bytes of an answer to a {@link Sink} as they come. Of an answer that is none (an error,
 * a redirect) little is read, and nothing is handed on.
 */
final class Receiver implements BodySubscriber<Integer> {
  /** Where bytes go. */
  interface Sink {
    /**
     * The answer begins.
     *
     * @throws IOException if its bytes are not wanted
     */
    void begin(ResponseInfo answer) throws IOException;

    /**
     * Takes all that is in the buffer.
     *
     * @return whether more is wanted
     */
    boolean take(ByteBuffer bytes) throws IOException;
  }

  /** One question, which whoever asked may give up; from then on its bytes go nowhere. */
  static final class Call {
    private boolean over;
    private long received;

    /** Gives it up. */
    synchronized void end() {
      over = true;
    }

    /** How many bytes came. */
    synchronized long received() {
      return received;
    }
  }

  private static final long MOST_OF_NO_ANSWER = 1 << 16;

  private final ResponseInfo answer;
  private final @Nullable Sink sink;
  private final Call call;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;
  private long ignored;

  private Receiver(ResponseInfo answer, @Nullable Sink sink, Call call) {
    this.answer = answer;
    this.sink = sink;
    this.call = call;
  }

  /** What receives an answer. */
  static HttpResponse.BodyHandler<Integer> handler(Sink sink, Call call) {
    return answer -> new Receiver(answer, answer.statusCode() / 100 == 2 ? sink : null, call);
  }

  @Override
  public CompletionStage<Integer> getBody() {
    return end;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    try {
      synchronized (call) {
        if (sink != null && !call.over) {
          sink.begin(answer);
        }
      }
      given.request(Long.MAX_VALUE);
    } catch (IOException | RuntimeException e) {
      stop(e);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    try {
      boolean more = !end.isDone();
      synchronized (call) {
        for (ByteBuffer buffer : buffers) {
          more = more && !call.over && takes(buffer);
        }
      }
      if (!more) {
        cancel();
        end.complete(answer.statusCode());
      }
    } catch (IOException | RuntimeException e) {
      stop(e);
    }
  }

  private boolean takes(ByteBuffer buffer) throws IOException {
    int count = buffer.remaining();
    call.received += count;
    if (sink != null) {
      return sink.take(buffer);
    }
    ignored += count;
    return ignored < MOST_OF_NO_ANSWER;
  }

  private void stop(Throwable failure) {
    cancel();
    end.completeExceptionally(failure);
  }

  private void cancel() {
    Flow.Subscription given = subscription;
    if (given != null) {
      given.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    end.complete(answer.statusCode());
  }
}
