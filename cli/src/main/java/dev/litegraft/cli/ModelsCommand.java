package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.hub.CachedModel;
import dev.litegraft.hub.CachedModel.Revision;
import dev.litegraft.hub.CachedModel.Unneeded;
import dev.litegraft.hub.HubCache;
import dev.litegraft.hub.HubSettings;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the Hub's cache. */
@Command(
    name = "models",
    description = {
      "List the models in the cache of the Hugging Face Hub, and what of it is not needed any more.",
      "The cache is the one that Python's huggingface_hub uses: HF_HUB_CACHE, HF_HOME."
    })
final class ModelsCommand extends Subcommand {
  private static final int SHORT = 12;

  @Option(
      names = "--prune",
      description =
          "Delete what is not needed any more: commits that their branch has left behind, files of no"
              + " commit, downloads that broke off. Asks first.")
  private boolean prune;

  @Option(names = "--yes", description = "With --prune: do not ask.")
  private boolean yes;

  @Override
  int execute() throws IOException {
    HubCache cache = HubCache.of(HubSettings.of(environment()));
    List<CachedModel> models = cache.models();
    boolean any = models.stream().anyMatch(model -> !model.unneeded().isEmpty());
    if (!common().json()) {
      print(cache, models);
    }
    boolean meant = prune && any && isMeant(models);
    long freed = meant ? pruned(cache, models) : 0;
    if (common().json()) {
      out().line(JsonLine.of(json -> write(cache, models, freed, json)));
    } else if (meant) {
      out().line("freed " + Units.bytes(freed));
    } else if (prune) {
      out().line(any ? "nothing was deleted" : "there is nothing to delete");
    }
    return ExitCode.DONE;
  }

  private boolean isMeant(List<CachedModel> models) throws IOException {
    if (yes) {
      return true;
    }
    Optional<String> answer =
        notes()
            .answer(
                "Delete what is not needed (" + Units.bytes(unneeded(models)) + ")? [y/N] ", in());
    if (answer.isEmpty()) {
      throw usage("--prune asks first, and there is no terminal", "--prune --yes");
    }
    return Set.of("y", "yes").contains(answer.get().strip().toLowerCase(Locale.ROOT));
  }

  private static long pruned(HubCache cache, List<CachedModel> models) throws IOException {
    long freed = 0;
    for (CachedModel model : models) {
      if (!model.unneeded().isEmpty()) {
        freed += cache.prune(model);
      }
    }
    return freed;
  }

  private static long unneeded(List<CachedModel> models) {
    return models.stream().mapToLong(CachedModel::bytesUnneeded).sum();
  }

  private void print(HubCache cache, List<CachedModel> models) throws IOException {
    long bytes = models.stream().mapToLong(CachedModel::bytes).sum();
    out()
        .line(cache.folder() + ": " + Units.of(models.size(), "model") + ", " + Units.bytes(bytes));
    if (models.isEmpty()) {
      return;
    }
    out().line("");
    Table table = new Table("model", "commit", "branch or tag", "files", "size", "changed");
    for (CachedModel model : models) {
      for (Revision revision : model.revisions()) {
        table.row(
            model.name(),
            shortened(revision.commit()),
            String.join(", ", revision.refs()),
            Integer.toString(revision.files()),
            Units.bytes(revision.bytes()),
            LocalDate.ofInstant(revision.changed(), ZoneId.systemDefault()).toString());
      }
    }
    table.print(out());
    if (models.stream().allMatch(model -> model.unneeded().isEmpty())) {
      return;
    }
    out().line("");
    Table left = new Table("not needed any more", "of", "what", "size");
    for (CachedModel model : models) {
      for (Unneeded each : model.unneeded()) {
        left.row(
            each.kind().sentence(),
            model.name(),
            shortened(each.name()),
            Units.bytes(each.bytes()));
      }
    }
    left.print(out());
    if (!prune) {
      out().line("");
      out().line("litegraft models --prune frees " + Units.bytes(unneeded(models)));
    }
  }

  private static String shortened(String name) {
    return name.substring(0, Math.min(SHORT, name.length()));
  }

  private static void write(
      HubCache cache, List<CachedModel> models, long freed, JsonGenerator json) throws IOException {
    json.writeStringField("cache", cache.folder().toString());
    json.writeArrayFieldStart("models");
    for (CachedModel model : models) {
      json.writeStartObject();
      json.writeStringField("name", model.name());
      json.writeStringField("path", model.folder().toString());
      json.writeNumberField("bytes", model.bytes());
      json.writeArrayFieldStart("revisions");
      for (Revision revision : model.revisions()) {
        json.writeStartObject();
        json.writeStringField("commit", revision.commit());
        JsonLine.strings(json, "refs", revision.refs());
        json.writeNumberField("files", revision.files());
        json.writeNumberField("bytes", revision.bytes());
        json.writeStringField("changed", revision.changed().toString());
        json.writeStringField("path", revision.path().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("not_needed");
      for (Unneeded each : model.unneeded()) {
        json.writeStartObject();
        json.writeStringField("kind", each.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringField("name", each.name());
        json.writeNumberField("bytes", each.bytes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("not_needed_bytes", unneeded(models));
    json.writeNumberField("freed_bytes", freed);
  }
}
