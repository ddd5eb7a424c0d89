package dev.litegraft.client;

import dev.litegraft.tflite.TensorType;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A program that runs {@code .tflite} files; what each takes stands in {@link Limits}. */
public enum Client {
  /** LiteRT.js, in browsers and in Node: its WebAssembly build. */
  WEB("web", "LiteRT.js 2.5.3", Evidence.RUN),

  /** The newest Android library on Maven Central. */
  ANDROID("android", "org.tensorflow:tensorflow-lite 2.16.1", Evidence.RUN),

  /** The Android library on Google's Maven repository; nobody here could run it. */
  ANDROID_LITERT("android-litert", "com.google.ai.edge.litert 2.x", Evidence.READ),

  /** MediaPipe's TextClassifier and TextEmbedder, in browsers; it makes the tokens itself. */
  MEDIAPIPE("mediapipe", "MediaPipe tasks-text 1.0.1", Evidence.RUN),

  /** LiteRT-LM's EmbeddingEngine, on the CPU; it reads bundles. */
  LITERTLM("litertlm", "LiteRT-LM 0.17.1", Evidence.RUN);

  /** How it is known what a client takes. */
  public enum Evidence {
    /** Files were run in it. */
    RUN,
    /** Its documentation or sources were read. */
    READ
  }

  private final String id;
  private final String version;
  private final Evidence evidence;

  Client(String id, String version, Evidence evidence) {
    this.id = id;
    this.version = version;
    this.evidence = evidence;
  }

  /** As {@code --for} names it: {@code web}. */
  public String id() {
    return id;
  }

  /** The product, and the version that the rules were seen on. */
  public String version() {
    return version;
  }

  /** How the rules are known. */
  public Evidence evidence() {
    return evidence;
  }

  /** The largest file that it can address. */
  public long mostBytes() {
    return Limits.of(this).bytes();
  }

  /** Whether ids and masks may be in int64. */
  public boolean takesInt64() {
    return Limits.of(this).inputs().contains(TensorType.INT64);
  }

  /** The client that {@code --for} names so, if there is one. */
  public static Optional<Client> of(String id) {
    return List.of(values()).stream().filter(client -> client.id.equals(id)).findFirst();
  }

  /** The names of all. */
  public static String ids() {
    return List.of(values()).stream().map(Client::id).collect(Collectors.joining(", "));
  }

  /**
   * Whether the client runs a file, and why not.
   *
   * @throws IOException if the disk fails
   */
  public Suitability suitability(TfliteReader file) throws IOException {
    return new ClientCheck(this, file).suitability();
  }

  /** What every client makes of a file, in the order in which they are declared here. */
  public static List<Suitability> all(TfliteReader file) throws IOException {
    List<Suitability> all = new ArrayList<>();
    for (Client client : values()) {
      all.add(client.suitability(file));
    }
    return List.copyOf(all);
  }
}
