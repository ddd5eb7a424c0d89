package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.error.Shell;
import dev.litegraft.hub.HubException;
import dev.litegraft.hub.HubListener;
import dev.litegraft.hub.HubModel;
import dev.litegraft.hub.HubSettings;
import dev.litegraft.hub.ModelFiles;
import dev.litegraft.hub.ModelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What a DIR is: a folder here, or a model on the Hub by its name. A folder of the same name goes
 * first, and what begins with a dot or a slash is never looked for elsewhere. The client of HTTP is
 * loaded only where a name is asked for.
 */
final class HubOptions {
  private static final String READ_AS_IT_IS =
      ".*For(SequenceClassification|TokenClassification|QuestionAnswering|ImageClassification"
          + "|AudioClassification|CTC|MultipleChoice|SpeechSeq2Seq)";

  @Option(
      names = "--revision",
      paramLabel = "REV",
      description =
          "Of a model on the Hub, the branch, tag or commit (default: main); refs/pr/N for what"
              + " somebody proposes.")
  private @Nullable String revision;

  @Option(
      names = "--subfolder",
      paramLabel = "PATH",
      description = "Of a model on the Hub, the folder in it that is meant.")
  private @Nullable String subfolder;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file that holds the token for the Hub; default: HF_TOKEN, else the file that Python's"
              + " login writes.")
  private @Nullable Path tokenFile;

  /** Whether what is shown of a model without its weights can be used; throws if not. */
  @FunctionalInterface
  interface Check {
    void of(Path preview) throws IOException;
  }

  /** That the folder opens, and its class is known. */
  static final Check OPENS =
      preview -> {
        try (Checkpoint checkpoint = Architectures.open(preview)) {
          Architectures.of(checkpoint.config());
        }
      };

  /**
   * Where a checkpoint is.
   *
   * @param path the folder
   * @param model where it is from; absent of a folder here
   */
  record Found(Path path, Optional<ModelFiles> model) {
    /** {@code org/name at 0123456 (main)}; empty of a folder here. */
    Optional<String> origin() {
      return model.map(HubOptions::shown);
    }
  }

  static void write(ModelFiles files, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("hub");
    json.writeStringField("name", files.name().id());
    json.writeStringField("revision", files.revision());
    json.writeStringField("commit", files.commit());
    json.writeEndObject();
  }

  static String shown(ModelFiles files) {
    String named = files.revision().equals(files.commit()) ? "" : " (" + files.revision() + ")";
    return files.name() + " at " + files.commit() + named;
  }

  /**
   * Finds a checkpoint, and downloads what is missing of a model on the Hub, if {@code check} does
   * not refuse it before its first large file.
   */
  Found find(String given, Subcommand command, Check check) throws IOException {
    return found(given, look(given, command), command, check);
  }

  /** As {@link #find}, of what was looked at. */
  static Found found(String given, Optional<ModelFiles> looked, Subcommand command, Check check)
      throws IOException {
    return looked.isEmpty()
        ? new Found(Path.of(given), Optional.empty())
        : new Found(fetched(looked.get(), command, check), looked);
  }

  /**
   * Finds an adapter, of which nothing can be said without the model that it adapts. {@code
   * --revision} is not its: {@code org/name@REV} is.
   */
  static Optional<Path> adapter(@Nullable String given, HubOptions options, Subcommand command)
      throws IOException {
    if (given == null) {
      return Optional.empty();
    }
    HubOptions own = new HubOptions();
    own.tokenFile = options.tokenFile;
    int at = given.indexOf('@');
    boolean revised =
        at > 0 && !isHere(given) && ModelName.find(given.substring(0, at)).isPresent();
    String name = revised ? given.substring(0, at) : given;
    own.revision = revised ? given.substring(at + 1) : null;
    Optional<ModelFiles> looked = own.look(name, command);
    return Optional.of(
        looked.isEmpty()
            ? Path.of(name)
            : downloaded(looked.get(), looked.get().bytesMissing(), command));
  }

  /** The model on the Hub that is meant, its small files in the cache; empty of a folder here. */
  Optional<ModelFiles> look(String given, Subcommand command) throws IOException {
    Optional<ModelName> name = isHere(given) ? Optional.empty() : name(given);
    if (name.isEmpty()) {
      refuseForFolder(given, command);
      return Optional.empty();
    }
    HubSettings settings = HubSettings.of(command.environment());
    HubModel model =
        HubModel.of(name.get(), tokenFile == null ? settings : settings.withTokenFile(tokenFile))
            .withListener(listener(command.notes(), null));
    model = revision == null ? model : model.withRevision(revision);
    model = subfolder == null ? model : model.withSubfolder(subfolder);
    try {
      ModelFiles files = model.look();
      say(files, command.notes());
      return Optional.of(files);
    } catch (HubException e) {
      throw readsTwoWays(e.reason())
          ? new HubException(
              e.reason(),
              "there is no folder " + given + " here, and " + e.what(),
              e.where(),
              "if a folder is meant, check its path; if a model is, " + e.remedy())
          : e;
    }
  }

  /** Whether the user may have meant a folder. */
  private static boolean readsTwoWays(HubException.Reason reason) {
    return reason == HubException.Reason.NO_MODEL
        || reason == HubException.Reason.OFFLINE
        || reason == HubException.Reason.UNREACHABLE;
  }

  private static boolean isHere(String given) {
    if (given.isBlank()) {
      throw new InvalidInputException(
          "the name is empty, where a folder or a model on the Hub is needed",
          "\"" + given + "\"",
          "give the path of a folder, . for this one, or a model's name, org/name");
    }
    try {
      return given.startsWith(".")
          || given.startsWith("/")
          || given.endsWith(".tflite")
          || Files.exists(Path.of(given));
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          "this can be neither a folder here nor a model on the Hub, which is org/name",
          given,
          "check the path of the checkpoint");
    }
  }

  private static Optional<ModelName> name(String given) {
    Optional<ModelName> name = ModelName.find(given);
    if (name.isEmpty() && given.contains("://")) {
      throw new InvalidRequestException(
          "an address is given, where a folder or a model on the Hub is needed",
          given,
          "give the model's name, org/name; HF_ENDPOINT is the address of a mirror");
    }
    if (name.isEmpty()) {
      throw new InvalidCheckpointException(
          "there is no such folder, and it is no name of a model on the Hub, which is org/name",
          given,
          given.matches("[A-Za-z0-9._-]+")
              ? "check the path of the checkpoint; models of one word got an organisation:"
                  + " distilbert/distilbert-base-uncased"
              : "check the path of the checkpoint");
    }
    return name;
  }

  /**
   * Says that a token is given where nothing is asked of the Hub.
   *
   * @param adapter what else may be asked for there
   */
  void requireTokenIsUsed(String given, @Nullable String adapter, Subcommand command) {
    if (tokenFile != null && isHere(given) && (adapter == null || isHere(adapter))) {
      throw command.usage(
          "--token-file is given, and nothing is asked of the Hub",
          "leave it out; a model on the Hub is given as org/name");
    }
  }

  private void refuseForFolder(String given, Subcommand command) {
    String option = revision != null ? "--revision" : subfolder != null ? "--subfolder" : "";
    if (!option.isEmpty()) {
      throw command.usage(
          option + " is given, and " + given + " is a folder here",
          "leave it out; a model on the Hub is given as org/name");
    }
  }

  private static void say(ModelFiles files, Notes notes) throws IOException {
    String left =
        files.bytesLeftOut() > 0
            ? "; others of " + Units.bytes(files.bytesLeftOut()) + " are not needed"
            : "";
    notes.note(
        shown(files)
            + ": "
            + Units.of(files.count(), "file")
            + " of "
            + Units.bytes(files.bytes())
            + (files.bytesMissing() > 0
                ? ", " + Units.bytes(files.bytesMissing()) + " to download"
                : ", all in the cache")
            + left);
    if (files.renamed().isPresent()) {
      notes.note(
          files.name() + " is called " + files.renamed().get() + " now: use that name from now on");
    }
    files.note().ifPresent(notes::note);
  }

  /** What is done with a model that is not wholly here. */
  @FunctionalInterface
  interface Shown {
    void of(Path preview, Path snapshot) throws IOException;
  }

  /**
   * Shows a model of which no weights are needed, from its small files and its weights' headers.
   *
   * @return whether it was shown; else its weights are here, or headers do not say enough
   */
  static boolean shown(ModelFiles files, Shown view) throws IOException {
    refuseAdapter(files);
    if (files.bytesMissing() == 0) {
      return false;
    }
    try (Workspace workspace = Workspace.of(null)) {
      Path preview = Files.createDirectory(workspace.folder().resolve("preview"));
      if (!files.preview(preview)) {
        return false;
      }
      try {
        view.of(preview, files.folder());
      } catch (InvalidInputException e) {
        throw told(e, preview, files);
      }
      return true;
    }
  }

  private static Path fetched(ModelFiles files, Subcommand command, Check check)
      throws IOException {
    refuseAdapter(files);
    long missing = files.bytesMissing();
    if (missing > 0) {
      check(files, check);
    }
    return downloaded(files, missing, command);
  }

  private static Path downloaded(ModelFiles files, long missing, Subcommand command)
      throws IOException {
    try (ProgressBar bar = command.notes().progress("downloading", ProgressBar.BYTES)) {
      bar.from(files.bytes() - missing);
      return files.fetch(listener(command.notes(), bar));
    }
  }

  /** What is at fault is told of the snapshot, in which the small files are. */
  private static void check(ModelFiles files, Check check) throws IOException {
    try (Workspace workspace = Workspace.of(null)) {
      Path preview = Files.createDirectory(workspace.folder().resolve("preview"));
      // A pickle's tensors are not known before it is here.
      Check possible = files.preview(preview) ? check : HubOptions::requireFamily;
      try {
        possible.of(preview);
      } catch (InvalidInputException e) {
        throw told(e, preview, files);
      }
    }
  }

  private static InvalidCheckpointException told(
      InvalidInputException e, Path preview, ModelFiles files) {
    String here = preview.toString();
    String there = files.folder().toString();
    InvalidCheckpointException told =
        new InvalidCheckpointException(
            e.what().replace(here, there),
            e.where().replace(here, there) + ", of " + shown(files),
            e.remedy().replace(here, there));
    told.initCause(e);
    return told;
  }

  /** That a class is known which is read as it is, and not by what its weights hold besides. */
  private static void requireFamily(Path preview) throws IOException {
    Path file = preview.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return;
    }
    HfConfig config = HfConfig.read(file);
    if (config.has("architectures")
        && config.texts("architectures").stream()
            .limit(1)
            .allMatch(name -> name.matches(READ_AS_IT_IS))
        && !config.has("auto_map")
        && Architectures.find(config).isEmpty()) {
      Architectures.of(config);
    }
  }

  private static void refuseAdapter(ModelFiles files) throws IOException {
    Optional<String> base = files.adapted();
    if (base.isPresent()) {
      throw new InvalidCheckpointException(
          files.name()
              + " is an adapter, not a model"
              + (base.get().isEmpty() ? "" : ": of " + base.get()),
          "adapter_config.json of " + shown(files),
          "convert the model that it adapts: litegraft convert "
              + (base.get().isEmpty() ? "BASE" : Shell.word(base.get()))
              + " --adapter "
              + Shell.word(files.name().id()));
    }
  }

  private static HubListener listener(Notes notes, @Nullable ProgressBar bar) {
    return new HubListener() {
      @Override
      public void at(long done, long total) {
        if (bar != null) {
          bar.at(done, total);
        }
      }

      @Override
      public void note(String text) {
        notes.note(text);
      }
    };
  }
}
