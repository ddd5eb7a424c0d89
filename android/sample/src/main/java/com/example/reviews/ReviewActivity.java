package com.example.reviews;

import android.app.Activity;
import android.content.res.AssetFileDescriptor;
import android.os.Bundle;
import android.os.Handler;
import android.os.Looper;
import android.widget.Button;
import android.widget.EditText;
import android.widget.LinearLayout;
import android.widget.TextView;
import dev.litegraft.android.OnDevice;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A field, a button and an answer; the model is the asset {@code reviews.tflite}. */
public final class ReviewActivity extends Activity {
  private static final String MODEL = "reviews.tflite";

  private final ExecutorService background = Executors.newSingleThreadExecutor();
  private final Handler screen = new Handler(Looper.getMainLooper());
  private TextClassifier classifier;
  private TextView answer;

  @Override
  protected void onCreate(Bundle state) {
    super.onCreate(state);
    EditText text = new EditText(this);
    Button ask = new Button(this);
    ask.setText("Classify");
    ask.setEnabled(false);
    answer = new TextView(this);
    LinearLayout all = new LinearLayout(this);
    all.setOrientation(LinearLayout.VERTICAL);
    all.addView(text);
    all.addView(ask);
    all.addView(answer);
    setContentView(all);
    background.execute(
        () -> {
          try (AssetFileDescriptor asset = getAssets().openFd(MODEL);
              FileInputStream in = asset.createInputStream()) {
            classifier =
                TextClassifier.of(
                    OnDevice.open(
                        in.getChannel(), asset.getStartOffset(), asset.getDeclaredLength()));
            screen.post(() -> ask.setEnabled(true));
          } catch (IOException | LitegraftException e) {
            screen.post(() -> answer.setText(e.getMessage()));
          }
        });
    ask.setOnClickListener(
        view -> {
          String asked = text.getText().toString();
          background.execute(() -> show(asked));
        });
  }

  private void show(String text) {
    String shown;
    try {
      Classification found = classifier.classify(text);
      shown = String.format(Locale.getDefault(), "%s %.3f", found.label(), found.score());
    } catch (LitegraftException e) {
      shown = e.getMessage();
    }
    String line = shown;
    screen.post(() -> answer.setText(line));
  }

  @Override
  protected void onDestroy() {
    background.execute(
        () -> {
          if (classifier != null) {
            classifier.close();
          }
        });
    background.shutdown();
    super.onDestroy();
  }
}
