package dev.litegraft.hub;

import dev.litegraft.hub.HubException.Reason;
import dev.litegraft.hub.Receiver.Sink;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file on its way into the cache. What came stays when the connection breaks or the program is
 * killed, and the next attempt goes on from there; the whole is what the listing says, or is thrown
 * away.
 */
final class FileDownload {
  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");
  private static final int BLOCK = 1 << 16;

  private final HubHttp http;
  private final Retries retries;
  private final URI uri;
  private final String commit;
  private final HubFile file;
  private final Path partial;
  private final LongConsumer progress;

  /**
   * @param progress hears how many bytes more are there; fewer, where they are thrown away
   */
  FileDownload(
      HubHttp http,
      Retries retries,
      URI uri,
      String commit,
      HubFile file,
      Path partial,
      LongConsumer progress) {
    this.http = http;
    this.retries = retries;
    this.uri = uri;
    this.commit = commit;
    this.file = file;
    this.partial = partial;
    this.progress = progress;
  }

  /**
   * Downloads, so that {@code partial} is the whole file.
   *
   * @throws HubException if that cannot be
   * @throws IOException if the disk fails
   */
  void run() throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      Writing writing = new Writing(channel);
      writing.goOn();
      boolean begun = writing.at > 0;
      String found = whole(writing);
      if (begun && !found.equals(file.hash().hex())) {
        // What an earlier run left may be another one's: once more from the beginning.
        writing.restart();
        found = whole(writing);
      }
      if (!found.equals(file.hash().hex())) {
        writing.restart();
        throw damaged(
            "the bytes that came give " + found + ", where the listing says " + file.hash());
      }
      channel.force(true);
    } catch (HubException e) {
      if (e.reason() == Reason.DAMAGED) {
        Files.deleteIfExists(partial);
      }
      throw e;
    }
  }

  private String whole(Writing writing) throws IOException {
    retries.of(
        uri,
        () -> writing.high,
        () -> {
          part(writing);
          return writing.at;
        });
    return HexFormat.of().formatHex(writing.digest.digest());
  }

  private void part(Writing writing) throws IOException {
    if (writing.at == file.size() && writing.at > 0) {
      return;
    }
    try {
      Map<String, String> headers =
          writing.at == 0
              ? Map.of()
              : writing.etag.isEmpty()
                  ? Map.of("Range", "bytes=" + writing.at + "-")
                  : Map.of("Range", "bytes=" + writing.at + "-", "If-Range", writing.etag.get());
      http.get(uri, headers, writing, true, this::require);
    } catch (LaterException e) {
      if (e.status() == HubFaults.NO_SUCH_RANGE) {
        writing.restart();
      }
      throw e;
    }
    if (writing.at < file.size()) {
      throw new IOException("it ended after " + writing.at + " of " + file.size() + " bytes");
    }
  }

  /** Whether the endpoint speaks of the file that its listing spoke of, before it sends on. */
  private void require(HttpHeaders said) {
    require(said, "X-Repo-Commit", commit);
    require(said, "X-Linked-Size", Long.toString(file.size()));
    if (file.hash().kind() == FileHash.Kind.SHA256) {
      require(said, "X-Linked-Etag", file.hash().hex());
    }
  }

  private void require(HttpHeaders said, String name, String expected) {
    Optional<String> value = said.firstValue(name).map(FileDownload::unquoted);
    if (value.isPresent() && !value.get().equals(expected)) {
      throw damaged(
          "the Hub says of the file "
              + name
              + " "
              + value.get()
              + ", where its listing says "
              + expected);
    }
  }

  private static String unquoted(String etag) {
    String value = etag.startsWith("W/") ? etag.substring(2) : etag;
    return value.replace("\"", "").strip().toLowerCase(Locale.ROOT);
  }

  private HubException damaged(String what) {
    return new HubException(
        Reason.DAMAGED,
        what,
        Endpoint.shown(uri),
        "try again; if it stays so, the Hub or the mirror of HF_ENDPOINT serves another file than it"
            + " lists");
  }

  /** The file as it grows. */
  private final class Writing implements Sink {
    private final FileChannel channel;
    private MessageDigest digest;
    private Optional<String> etag = Optional.empty();
    private long at;

    /** The most that was there: bytes that come a second time are no progress. */
    private volatile long high;

    Writing(FileChannel channel) {
      this.channel = channel;
      this.digest = file.hash().digest(file.size());
    }

    /** Takes what an earlier run left. */
    void goOn() throws IOException {
      long there = channel.size();
      if (there > file.size()) {
        restart();
        return;
      }
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      while (at < there) {
        int n = channel.read(block.clear(), at);
        if (n < 0) {
          break;
        }
        digest.update(block.flip());
        advance(n);
      }
    }

    private void advance(int count) {
      at += count;
      high = Math.max(high, at);
      progress.accept(count);
    }

    void restart() throws IOException {
      try {
        channel.truncate(0);
      } catch (IOException e) {
        throw new LocalFailure(e);
      }
      digest = file.hash().digest(file.size());
      etag = Optional.empty();
      progress.accept(-at);
      at = 0;
    }

    @Override
    public void begin(ResponseInfo answer) throws IOException {
      HttpHeaders headers = answer.headers();
      Matcher range = RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
      boolean part = answer.statusCode() == 206;
      if (part && !range.matches()) {
        throw damaged("a part of the file was asked for, and which one came is not said");
      }
      if (!part && at > 0) {
        restart(); // The whole comes although a part was asked for.
      }
      if (part && Long.parseLong(range.group(1)) != at) {
        throw damaged(
            "the part from byte "
                + at
                + " was asked for, and that from "
                + range.group(1)
                + " came");
      }
      long rest = headers.firstValueAsLong("Content-Length").orElse(file.size() - at);
      String whole = part && !range.group(2).equals("*") ? range.group(2) : "" + (at + rest);
      if (!whole.equals("" + file.size())) {
        throw damaged("the file has " + whole + " bytes, where the listing says " + file.size());
      }
      etag = headers.firstValue("ETag").filter(tag -> tag.startsWith("\""));
    }

    @Override
    public boolean take(ByteBuffer bytes) throws IOException {
      int count = bytes.remaining();
      if (count > file.size() - at) {
        throw damaged("more bytes come than the " + file.size() + " that the listing says");
      }
      digest.update(bytes.duplicate());
      try {
        long to = at;
        while (bytes.hasRemaining()) {
          to += channel.write(bytes, to);
        }
      } catch (IOException e) {
        throw new LocalFailure(e);
      }
      advance(count);
      return true;
    }
  }

  /**
   * Some bytes of a file, which may end before; none of another place than its beginning, where a
   * server does not give parts.
   */
  static byte[] part(HubHttp http, Retries retries, URI uri, long from, int count)
      throws IOException {
    String range = "bytes=" + from + "-" + (from + count - 1);
    return retries.of(
        uri,
        () -> 0,
        () -> {
          Some read = new Some(from, count);
          http.get(uri, Map.of("Range", range), read, true, said -> {});
          return read.bytes();
        });
  }

  /** The same of a file that is here. */
  static byte[] part(Path file, long from, int count) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(from);
      return in.readNBytes(count);
    }
  }

  private static final class Some implements Sink {
    private static final int PARTIAL_CONTENT = 206;

    private final ByteBuffer buffer;
    private final long from;
    private boolean isElsewhere;

    Some(long from, int count) {
      this.from = from;
      buffer = ByteBuffer.allocate(count);
    }

    @Override
    public void begin(ResponseInfo answer) {
      buffer.clear();
      isElsewhere = from > 0 && answer.statusCode() != PARTIAL_CONTENT;
    }

    @Override
    public boolean take(ByteBuffer bytes) {
      if (isElsewhere) {
        return false;
      }
      int count = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(bytes.slice(bytes.position(), count));
      return buffer.hasRemaining();
    }

    byte[] bytes() {
      byte[] read = new byte[buffer.position()];
      buffer.flip().get(read);
      return read;
    }
  }
}
