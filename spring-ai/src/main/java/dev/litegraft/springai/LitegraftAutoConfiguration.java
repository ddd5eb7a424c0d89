package dev.litegraft.springai;

import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ResourceLoader;

/** Beans of the files that the application's properties name; none where they name none. */
@AutoConfiguration
@EnableConfigurationProperties(LitegraftProperties.class)
public class LitegraftAutoConfiguration {
  private static final String CLASS_PATH = ResourceLoader.CLASSPATH_URL_PREFIX;

  private final LitegraftProperties properties;
  private final ResourceLoader resources;

  /** For Spring. */
  public LitegraftAutoConfiguration(LitegraftProperties properties, ResourceLoader resources) {
    this.properties = properties;
    this.resources = resources;
  }

  /** The embedding model, unless the application has one, or chose another provider's. */
  @Bean(destroyMethod = "close")
  @ConditionalOnProperty("litegraft.embedding.file")
  @ConditionalOnProperty(
      name = "spring.ai.model.embedding",
      havingValue = "litegraft",
      matchIfMissing = true)
  @ConditionalOnMissingBean(EmbeddingModel.class)
  public LitegraftEmbeddingModel litegraftEmbeddingModel() throws IOException {
    LitegraftProperties.Model model = Objects.requireNonNull(properties.embedding());
    return new LitegraftEmbeddingModel(TextEmbedder.of(open(model)), model.prompt());
  }

  /** The classifier. */
  @Bean(destroyMethod = "close")
  @ConditionalOnProperty("litegraft.classifier.file")
  @ConditionalOnMissingBean
  public TextClassifier litegraftTextClassifier() throws IOException {
    return TextClassifier.of(open(properties.classifier()));
  }

  /** The reranker. */
  @Bean(destroyMethod = "close")
  @ConditionalOnProperty("litegraft.reranker.file")
  @ConditionalOnMissingBean
  public Reranker litegraftReranker() throws IOException {
    return Reranker.of(open(properties.reranker()));
  }

  private RawModel open(LitegraftProperties.@Nullable Model model) throws IOException {
    String file = Objects.requireNonNull(Objects.requireNonNull(model).file());
    RuntimeOptions options = RuntimeOptions.defaults();
    if (properties.threads() != null) {
      options = options.withThreads(properties.threads());
    }
    return file.startsWith(CLASS_PATH)
        ? RawModel.open(
            ByteBuffer.wrap(resources.getResource(file).getContentAsByteArray()), options)
        : RawModel.open(Path.of(file), options);
  }
}
