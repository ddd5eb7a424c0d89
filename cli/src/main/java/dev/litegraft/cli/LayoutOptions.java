package dev.litegraft.cli;

import dev.litegraft.ConversionOptions;
import dev.litegraft.client.Client;
import dev.litegraft.facts.SignatureNames;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the graphs of a file are laid out, and for which program. */
final class LayoutOptions {
  /** The input types, as people call them. */
  enum InputType {
    INT32(DType.I32),
    INT64(DType.I64);

    private final DType dtype;

    InputType(DType dtype) {
      this.dtype = dtype;
    }
  }

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "The longest text in tokens; default: the smallest of 512, the tokenizer's and the"
              + " model's limit.")
  private @Nullable Integer maxLength;

  @Option(
      names = "--length",
      paramLabel = "LENGTHS",
      description =
          "dynamic (default), or static lengths with a signature each: 128, or 16,32,128.")
  private @Nullable String length;

  @Option(
      names = "--batch",
      paramLabel = "TEXTS",
      description =
          "A further signature that takes so many texts of one length at once, 2 to 64, for"
              + " classify --file and programs with many texts: 5 or 8 answer short ones in half"
              + " the time with a large model. Default: none.")
  private @Nullable Integer batch;

  @Option(
      names = "--for",
      paramLabel = "CLIENT",
      description =
          "The program that the file is for: web (LiteRT.js), android (tensorflow-lite 2.16),"
              + " android-litert, mediapipe (one length, probabilities inside, its own tokens) or"
              + " litertlm (embedders, a .litertlm bundle). It sets lengths and recipe; a file that"
              + " would not run there is not made.")
  private @Nullable String client;

  @Option(
      names = "--signature-names",
      paramLabel = "STYLE",
      description =
          "How inputs are called: hf (default; input_ids, attention_mask) or positional (args_0,"
              + " args_1).")
  private SignatureNames signatureNames = ConversionOptions.defaults().signatureNames();

  @Option(
      names = "--input-type",
      paramLabel = "TYPE",
      description = "Type of ids and masks: int32 (default) or int64.")
  private InputType inputType = InputType.INT32;

  @Option(
      names = "--qkv",
      paramLabel = "LAYOUT",
      description = "Query, key and value projections: split (default, faster) or fused.")
  private Qkv qkv = ConversionOptions.defaults().qkv();

  /**
   * Options of this layout, and of all else the usual ones.
   *
   * @throws UsageException if one has no meaning
   */
  ConversionOptions options(Subcommand command) {
    if (maxLength != null && maxLength < 1) {
      throw command.usage("--max-length is " + maxLength, "a number of tokens, 1 or more");
    }
    ConversionOptions usual = ConversionOptions.defaults();
    ConversionOptions options =
        client(command)
            .map(usual::withClient)
            .orElse(usual)
            .withLengths(lengths(command))
            .withBatch(batch(command))
            .withSignatureNames(signatureNames)
            .withInputType(inputType.dtype)
            .withQkv(qkv);
    return maxLength == null ? options : options.withMaxLength(maxLength);
  }

  /** The program that the file is for, if one is named. */
  Optional<Client> client(Subcommand command) {
    if (client == null) {
      return Optional.empty();
    }
    Optional<Client> known = Client.of(client);
    if (known.isEmpty()) {
      throw command.usage("--for is \"" + client + "\"", "one of: " + Client.ids());
    }
    return known;
  }

  private int batch(Subcommand command) {
    if (batch == null) {
      return 1;
    }
    if (batch < 2 || batch > ConversionOptions.MOST_TEXTS) {
      throw command.usage(
          "--batch is " + batch, "2 to " + ConversionOptions.MOST_TEXTS + ": 5 or 8 do well");
    }
    return batch;
  }

  private List<Integer> lengths(Subcommand command) {
    List<Integer> lengths = new ArrayList<>();
    if (length != null && length.equals("dynamic") && client != null) {
      throw command.usage(
          "--length dynamic and --for " + client + " are both given",
          "one of them: for a client a file has static lengths, 16,32,64 …");
    }
    if (length != null && !length.equals("dynamic")) {
      for (String number : length.split(",", -1)) {
        try {
          lengths.add(Integer.parseUnsignedInt(number.strip()));
        } catch (NumberFormatException e) {
          lengths.add(0);
        }
      }
      if (lengths.stream().anyMatch(tokens -> tokens < 1)) {
        throw command.usage(
            "--length is \"" + length + "\"", "dynamic, or numbers of tokens: 128, or 16,32,128");
      }
    }
    return lengths;
  }
}
