package dev.litegraft.tokenizer.build;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A SentencePiece model: its pieces and the few settings that make a tokenizer of them.
 *
 * <p>Source: {@code sentencepiece_model.proto}, message ModelProto: pieces 1 (piece 1, score 2,
 * type 3), trainer_spec 2 (model_type 3, byte_fallback 35, unk_id 40, unk_piece 45, bos_piece 46,
 * eos_piece 47, bos_id 41, eos_id 42), normalizer_spec 3 (precompiled_charsmap 2).
 */
final class SentencePieceModel {
  /** A piece of text: {@code type} 1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte. */
  record Piece(String text, double score, int type) {
    static final int CONTROL = 3;
    static final int USER_DEFINED = 4;

    boolean isAddedToken() {
      return type == CONTROL || type == USER_DEFINED;
    }
  }

  private static final int UNIGRAM = 1;
  private static final int BPE = 2;

  final List<Piece> pieces = new ArrayList<>();
  private final String where;
  private int modelType = UNIGRAM;
  private byte[] charsmap = {};
  boolean byteFallback;
  int unknownId;
  int bosId = 1;
  int eosId = 2;
  String unknownPiece = "<unk>";
  String bosPiece = "<s>";
  String eosPiece = "</s>";

  private SentencePieceModel(String where) {
    this.where = where;
  }

  /**
   * Reads a model.
   *
   * @throws TokenizerException if it is none, or of words or characters
   */
  static SentencePieceModel read(byte[] file, String where) {
    SentencePieceModel model = new SentencePieceModel(where);
    Message message = model.message(ByteBuffer.wrap(file));
    while (message.next()) {
      switch (message.field) {
        case 1 -> model.readPiece(model.message(message.bytes()));
        case 2 -> model.readTrainer(model.message(message.bytes()));
        case 3 -> model.readNormalizer(model.message(message.bytes()));
        default -> message.skip();
      }
    }
    if (model.pieces.isEmpty() || (model.modelType != UNIGRAM && model.modelType != BPE)) {
      throw new TokenizerException(
          model.pieces.isEmpty()
              ? "no SentencePiece model: it has no pieces"
              : "a SentencePiece model of type " + model.modelType + ", where 1 or 2 is needed",
          where,
          "copy the file again from where the model was trained");
    }
    return model;
  }

  boolean isBpe() {
    return modelType == BPE;
  }

  /** The normalization, as {@code tokenizer.json} writes it. */
  Optional<String> charsmap() {
    return charsmap.length == 0
        ? Optional.empty()
        : Optional.of(Base64.getEncoder().encodeToString(charsmap));
  }

  private void readPiece(Message message) {
    String text = "";
    double score = 0;
    int type = 1;
    while (message.next()) {
      switch (message.field) {
        case 1 -> text = message.text();
        case 2 -> score = message.number32();
        case 3 -> type = (int) message.varint();
        default -> message.skip();
      }
    }
    pieces.add(new Piece(text, score, type));
  }

  private void readTrainer(Message message) {
    while (message.next()) {
      switch (message.field) {
        case 3 -> modelType = (int) message.varint();
        case 35 -> byteFallback = message.varint() != 0;
        case 40 -> unknownId = (int) message.varint();
        case 41 -> bosId = (int) message.varint();
        case 42 -> eosId = (int) message.varint();
        case 45 -> unknownPiece = message.text();
        case 46 -> bosPiece = message.text();
        case 47 -> eosPiece = message.text();
        default -> message.skip();
      }
    }
  }

  private void readNormalizer(Message message) {
    while (message.next()) {
      if (message.field == 2) {
        ByteBuffer bytes = message.bytes();
        charsmap = new byte[bytes.remaining()];
        bytes.get(charsmap);
      } else {
        message.skip();
      }
    }
  }

  private Message message(ByteBuffer bytes) {
    return new Message(bytes.slice().order(ByteOrder.LITTLE_ENDIAN), where);
  }

  /** A protobuf message, field after field. */
  private static final class Message {
    private final ByteBuffer bytes;
    private final String where;
    int field;
    private int wire;

    Message(ByteBuffer bytes, String where) {
      this.bytes = bytes;
      this.where = where;
    }

    boolean next() {
      if (!bytes.hasRemaining()) {
        return false;
      }
      long tag = raw();
      field = (int) (tag >>> 3);
      wire = (int) (tag & 7);
      return true;
    }

    private long raw() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (!bytes.hasRemaining()) {
          throw damaged();
        }
        byte next = bytes.get();
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return value;
        }
      }
      throw damaged();
    }

    long varint() {
      require(0);
      return raw();
    }

    float number32() {
      require(5);
      if (bytes.remaining() < Float.BYTES) {
        throw damaged();
      }
      return bytes.getFloat();
    }

    ByteBuffer bytes() {
      require(2);
      long length = raw();
      if (length < 0 || length > bytes.remaining()) {
        throw damaged();
      }
      ByteBuffer part = bytes.slice(bytes.position(), (int) length);
      bytes.position(bytes.position() + (int) length);
      return part;
    }

    String text() {
      return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    void skip() {
      switch (wire) {
        case 0 -> raw();
        case 1 -> forward(Long.BYTES);
        case 2 -> bytes();
        case 5 -> forward(Integer.BYTES);
        default -> throw damaged();
      }
    }

    private void forward(int count) {
      if (count > bytes.remaining()) {
        throw damaged();
      }
      bytes.position(bytes.position() + count);
    }

    private void require(int expected) {
      if (wire != expected) {
        throw damaged();
      }
    }

    private TokenizerException damaged() {
      return new TokenizerException(
          "no whole SentencePiece model: field " + field + " is cut or of another kind",
          where + ", byte " + bytes.position() + " of a message",
          "copy the file again from where the model was trained");
    }
  }
}
