package dev.litegraft.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigKeysTest {
  private static HfConfig parse(String json) {
    return HfConfig.parse(json.replace('\'', '"'), "config.json");
  }

  @Test
  void harmlessKeysAreNotNamed() {
    HfConfig c =
        parse(
            "{'architectures':['X'],'model_type':'llama','use_cache':true,'attention_dropout':0.1,"
                + "'resid_pdrop':0.1,'bos_token_id':1,'eos_token_id':[1,2],'pretraining_tp':2,"
                + "'transformers.js_config':{'kv_cache_dtype':{'q4f16':'float16'}},"
                + "'is_llama_config':true,'rope_interleaved':false,'label2id':{'a':0},"
                + "'task_specific_params':{'x':{'length_penalty':1.0}},'num_beams':1}");
    assertThat(ConfigKeys.check(c, Architectures.configNames())).isEmpty();
  }

  @Test
  void unknownKeysAreNamedInTheFilesOrder() {
    HfConfig c = parse("{'zeta':1,'model_type':'llama','alpha':{'b':2},'gone':null}");
    assertThat(ConfigKeys.check(c, Architectures.configNames())).containsExactly("zeta", "alpha");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'sliding_window':null}",
        "{'sliding_window':4096,'use_sliding_window':false,'max_window_layers':21}",
        "{'sliding_window':4096,'max_position_embeddings':4096}",
        "{'partial_rotary_factor':1.0,'embedding_multiplier':1,'residual_multiplier':1.0}",
        "{'logits_scaling':1,'attn_logit_softcapping':null,'final_logit_softcapping':null}",
        "{'layer_types':['full_attention','full_attention']}",
        "{'position_embedding_type':'absolute','is_decoder':false,'add_cross_attention':false}",
        "{'rope_scaling':{'type':'default'}}",
        "{'no_rope_layers':[1,1,1],'no_rope_layer_interval':4}",
        "{'relative_attention':false,'pos_att_type':['p2c'],'type_vocab_size':0}",
        "{'hidden_size':64,'num_attention_heads':4,'head_dim':16,'num_key_value_heads':4}",
        "{'pruned_heads':{},'num_local_experts':1,'attention_bias':false,'qk_layernorm':false}",
        "{'scale_attn_weights':true,'scale_attn_by_inverse_layer_idx':false,'alibi':false}"
      })
  void neutralValuesMayStayUnread(String json) {
    HfConfig c = parse(json);
    c.has("hidden_size");
    c.has("num_attention_heads");
    assertThat(ConfigKeys.check(c, Architectures.configNames())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'rope_theta':500000.0}| rope_theta = 500000.0 changes",
        "{'sliding_window':128,'max_position_embeddings':512}| sliding_window = 128 changes",
        "{'attn_logit_softcapping':50.0}| attn_logit_softcapping = 50.0 changes",
        "{'query_pre_attn_scalar':24}| query_pre_attn_scalar = 24 changes",
        "{'partial_rotary_factor':0.5}| partial_rotary_factor = 0.5 changes",
        "{'embedding_multiplier':12.0}| embedding_multiplier = 12.0 changes",
        "{'attention_multiplier':0.01}| attention_multiplier = 0.01 changes",
        "{'layer_types':['full_attention','sliding_attention']}| layer_types = [full_attention, sliding_attention] changes",
        "{'position_embedding_type':'relative_key'}| position_embedding_type = \"relative_key\" changes",
        "{'hidden_act':'gelu'}| hidden_act = \"gelu\" changes",
        "{'rope_scaling':{'rope_type':'llama3','factor':8}}| rope_scaling = an object changes",
        "{'rope_parameters':{'full_attention':{'rope_theta':1}}}| rope_parameters = an object changes",
        "{'num_local_experts':8}| num_local_experts = 8 changes",
        "{'is_decoder':true,'alibi':true}| is_decoder = true, alibi = true change",
        "{'rms_norm_eps':1e-06}| rms_norm_eps = 1.0E-6 changes",
        "{'mlp_bias':true}| mlp_bias = true changes",
        "{'text_config':{'hidden_size':3}}| text_config = an object changes"
      })
  void anUnreadKeyThatChangesTheAnswerIsRefused(String json, String what) {
    HfConfig c = parse(json);
    InvalidInputException e = Refusal.of(() -> ConfigKeys.check(c, Architectures.configNames()));
    assertThat(e.what()).startsWith(what + " the model's answers and ");
    assertThat(e.what()).contains("not supported for null");
    assertThat(e.where()).isEqualTo("config.json");
  }

  @Test
  void aScalingOfWhichOnlyTheBaseWasReadIsRefused() {
    HfConfig c = parse("{'rope_parameters':{'rope_theta':5,'rope_type':'llama3','factor':8}}");
    c.number("rope_theta");
    assertThat(Refusal.of(() -> ConfigKeys.check(c, Architectures.configNames())).what())
        .startsWith("rope_parameters.rope_type = \"llama3\" changes");
    HfConfig plain = parse("{'rope_parameters':{'rope_theta':5,'rope_type':'default'}}");
    plain.number("rope_theta");
    assertThat(ConfigKeys.check(plain, Architectures.configNames())).isEmpty();
  }

  @Test
  void oneActivationThatWasReadIsEnough() {
    HfConfig c = parse("{'hidden_act':'gelu','hidden_activation':'gelu_pytorch_tanh'}");
    c.text("hidden_activation");
    assertThatCode(() -> ConfigKeys.check(c, Architectures.configNames()))
        .doesNotThrowAnyException();
  }

  @Test
  void whatWasReadIsNotJudged() {
    HfConfig c = parse("{'rope_theta':500000.0,'hidden_act':'relu'}");
    c.number("rope_theta");
    c.text("hidden_act");
    assertThat(ConfigKeys.check(c, Architectures.configNames())).isEmpty();
  }

  @Test
  void quantizedWeightsAndCustomCodeAreRefusedByName() {
    InvalidInputException gptq =
        Refusal.of(
            () ->
                ConfigKeys.requireConvertible(
                    parse("{'quantization_config':{'quant_method':'gptq','bits':4}}")));
    assertThat(gptq.what()).startsWith("the checkpoint is quantized (gptq), where plain f32");
    assertThat(gptq.where()).isEqualTo("config.json: quantization_config");
    assertThat(quantized("{'quantization_config':{'load_in_8bit':true}}"))
        .contains("(bitsandbytes)");
    assertThat(quantized("{'quantization':{'group_size':64,'bits':4}}")).contains("(MLX)");
    assertThat(quantized("{'compression_config':{'quant_method':'compressed-tensors'}}"))
        .contains("(compressed-tensors)");
    InvalidInputException custom =
        Refusal.of(
            () -> ConfigKeys.requireConvertible(parse("{'auto_map':{'AutoModel':'m.Model'}}")));
    assertThat(custom.what())
        .isEqualTo("the model is custom code in Python (auto_map), which cannot be converted");
    assertThatCode(
            () ->
                ConfigKeys.requireConvertible(parse("{'auto_map':{},'quantization_config':null}")))
        .doesNotThrowAnyException();
  }

  private static String quantized(String json) {
    return Refusal.of(() -> ConfigKeys.requireConvertible(parse(json))).what();
  }

  @ParameterizedTest
  @CsvSource({
    "q_proj.g_idx, gptq",
    "q_proj.qweight, gptq or awq",
    "q_proj.weight.absmax, bitsandbytes",
    "q_proj.SCB, bitsandbytes",
    "q_proj.weight_packed, compressed-tensors",
    "q_proj.weight_scale_inv, fp8",
    "q_proj.weight._data, quanto",
    "q_proj.W_q, hqq"
  })
  void partsOfQuantizedWeightsAreToldByTheirNames(String part, String method) {
    InvalidInputException refusal =
        Refusal.of(() -> QuantizedWeights.refuse(List.of("score.weight", part), "my-checkpoint"));
    assertThat(refusal.what()).startsWith("the checkpoint is quantized (" + method + ")");
    assertThat(refusal.where()).isEqualTo("my-checkpoint, tensor " + part);
    assertThatCode(() -> QuantizedWeights.refuse(List.of("q_proj.weight"), "my-checkpoint"))
        .doesNotThrowAnyException();
  }
}
