package dev.litegraft.web.build;

import java.io.File;
import java.util.List;
import org.teavm.backend.javascript.JSModuleType;
import org.teavm.tooling.ConsoleTeaVMToolLog;
import org.teavm.tooling.TeaVMProblemRenderer;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.builder.BuildResult;
import org.teavm.tooling.builder.InProcessBuildStrategy;
import org.teavm.vm.TeaVMOptimizationLevel;

/**
 * Compiles the page's text side to JavaScript, for the build alone: {@code CLASSPATH FOLDER}.
 *
 * <p>In a process of its own, as TeaVM's output follows the order of hash sets of objects that have
 * no hash of their own: the process says that all have the same ({@code -XX:hashCode=2}).
 */
public final class CompileTextSide {
  private CompileTextSide() {}

  public static void main(String[] args) throws Exception {
    // What a process did before changes the hashes that objects get later; web/twice asks for it.
    for (int i = Integer.getInteger("litegraft.hashes", 0); i > 0; i--) {
      System.identityHashCode(new Object());
    }
    ConsoleTeaVMToolLog log = new ConsoleTeaVMToolLog(false);
    InProcessBuildStrategy builder = new InProcessBuildStrategy();
    builder.init();
    builder.setLog(log);
    builder.setClassPathEntries(List.of(args[0].split(File.pathSeparator)));
    builder.setMainClass("dev.litegraft.web.page.PageMain");
    builder.setEntryPointName("main");
    builder.setTargetType(TeaVMTargetType.JAVASCRIPT);
    builder.setJsModuleType(JSModuleType.ES2015);
    builder.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
    builder.setObfuscated(true);
    builder.setStrict(true);
    builder.setMaxTopLevelNames(80_000);
    builder.setTargetDirectory(args[1]);
    builder.setTargetFileName("text.js");
    BuildResult built = builder.build();
    TeaVMProblemRenderer.describeProblems(built.getCallGraph(), built.getProblems(), log);
    if (!built.getProblems().getSevereProblems().isEmpty()) {
      System.exit(1);
    }
  }
}
