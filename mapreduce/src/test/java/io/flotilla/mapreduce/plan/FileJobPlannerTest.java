package io.flotilla.mapreduce.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flotilla.mapreduce.InputRange;
import io.flotilla.mapreduce.JobPlan;
import io.flotilla.mapreduce.JobRefusedException;
import io.flotilla.mapreduce.JobSpec;
import io.flotilla.mapreduce.MapReduceSettings;
import io.flotilla.mapreduce.TestSettings;
import io.flotilla.mapreduce.engine.LocalJobProbe;
import io.flotilla.mapreduce.jobs.Jobs;
import io.flotilla.mapreduce.store.MemoryStore;
import io.flotilla.mapreduce.store.RecordStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileJobPlannerTest {
  @TempDir
  private Path folder;
  private final MemoryStore memory = new MemoryStore(0);
  private final RecordStore store = new RecordStore(memory);
  private FileJobPlanner planner;

  @BeforeEach
  void makeInput() throws IOException {
    Files.createDirectories(folder.resolve("in/deep/er"));
    for (String name : List.of("in/a.txt", "in/b.txt", "in/c.log", "in/deep/d.txt", "in/deep/er/e.txt", "in/[odd].txt")) {
      Files.writeString(folder.resolve(name), name + "\n");
    }
    MapReduceSettings settings = TestSettings.with();
    planner = new FileJobPlanner(settings, new LocalJobProbe(settings, Optional.of(store), Jobs::builtIn), Optional.of(store));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(delimiter = '|', value = {
      "in/a.txt          | a.txt",
      "in/*.txt          | [odd].txt a.txt b.txt",
      "in/?.{txt,log}    | a.txt b.txt c.log",
      "in/**.txt         | [odd].txt a.txt b.txt d.txt e.txt",
      "in/**/*.txt       | d.txt e.txt",
      "in/*/[d-f].txt    | d.txt",
      "in/deep/../a.txt  | a.txt",
      "in/\\[odd].txt    | [odd].txt",
      "**/e.txt          | e.txt"})
  void aGlobMeansFiles(String glob, String names) throws Exception {
    List<Globs.InputFile> files = Globs.find(List.of(folder + "/" + glob));
    assertThat(files.stream().map(file -> Path.of(file.path()).getFileName().toString())).containsExactly(names.split(" "));
  }

  @Test
  void aFileThatSeveralGlobsMeanIsReadOnce() throws Exception {
    assertThat(Globs.find(List.of(folder + "/in/a*", folder + "/in/*.txt", folder + "/in/a.txt"))).hasSize(3);
  }

  @ParameterizedTest(name = "{0} of {1} to {2}, {3} reducers, {4}: {6}")
  @CsvSource(delimiter = '|', value = {
      "wordcount | DIR/in/*.md  | DIR/out    | 1     |     | INVALID  | no file matches the input \"DIR/in/*.md\"",
      "wordcount | DIR/none     | DIR/out    | 1     |     | INVALID  | no file matches the input \"DIR/none\"",
      "wordcount | in/*.txt     | DIR/out    | 1     |     | INVALID  | the input \"in/*.txt\" is relative",
      "wordcount | DIR/in       | DIR/out    | 1     |     | INVALID  | the input DIR/in is a folder; name the files in it, as in DIR/in/*",
      "wordcount | DIR/in/{a    | DIR/out    | 1     |     | INVALID  | the input \"DIR/in/{a\" is no glob",
      "wordcount | DIR/in/*.txt | DIR/in     | 1     |     | CONFLICT | the output DIR/in exists already",
      "wordcount | DIR/in/*.txt | DIR/in/a.txt | 1   |     | CONFLICT | the output DIR/in/a.txt exists already",
      "wordcount | DIR/in/*.txt | out        | 1     |     | INVALID  | the output \"out\" is neither an absolute path nor kv:PREFIX",
      "wordcount | DIR/in/*.txt | /          | 1     |     | CONFLICT | exists",
      "wordcount | DIR/in/*.txt | DIR/out    | -1    |     | INVALID  | a job has 1 to 10000 reducers, or 0 for as many as the cluster is configured for, not -1",
      "wordcount | DIR/in/*.txt | DIR/out    | 10001 |     | INVALID  | not 10001",
      "wordcunt  | DIR/in/*.txt | DIR/out    | 1     |     | INVALID  | no built-in job \"wordcunt\": there are grep, index, sort, wordcount",
      "grep      | DIR/in/*.txt | DIR/out    | 1     |     | INVALID  | job grep: it needs the parameter \"pattern\"",
      "grep      | DIR/in/*.txt | DIR/out    | 1     | pattern=a( | INVALID | job grep: the parameter \"pattern\" is no Java regular expression: Unclosed group",
      "grep      | DIR/in/*.txt | DIR/out    | 1     | patern=a | INVALID | unknown parameter \"patern\"; there is pattern",
      "sort      | DIR/in/*.txt | DIR/out    | 1     | by=size | INVALID | unknown parameter \"by\"; there are none",
      "wordcount | kv:none/     | DIR/out    | 1     |     | INVALID  | no key of the store matches the input \"kv:none/\"",
      "wordcount | DIR/in/*.txt | kv:taken/  | 1     |     | CONFLICT | keys that begin with \"taken/\" already"})
  void whatCannotRunIsRefusedWithTheValueAndWhatIsAllowed(String job, String input, String output, int reducers, String param,
      JobRefusedException.Reason reason, String message) {
    memory.set("taken/x", "y");
    Map<String, String> params = param == null ? Map.of() : Map.of(param.split("=", 2)[0], param.split("=", 2)[1]);
    JobSpec spec = new JobSpec(job, List.of(input.replace("DIR", folder.toString())), output.replace("DIR", folder.toString()), reducers,
        new TreeMap<>(params), Optional.empty());
    JobRefusedException refused = catchThrowableOfType(JobRefusedException.class, () -> planner.plan(spec, 2));
    if (output.equals("/")) {
      assertThat(refused).hasMessageContaining("folder of its own");
    } else {
      assertThat(refused).hasMessageContaining(message.replace("DIR", folder.toString()));
      assertThat(refused.reason()).isEqualTo(reason);
    }
  }

  @Test
  void aSampleGivesBoundariesThatRise() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      lines.append("%05d%n".formatted(i * 7919L % 50_000));
    }
    Files.writeString(folder.resolve("in/many"), lines);
    JobPlan plan = planner.plan(spec("sort", folder + "/in/many", folder + "/out", 4), 2);
    List<String> boundaries = plan.boundaries().stream().map(key -> new String(key, StandardCharsets.UTF_8)).toList();
    assertThat(boundaries).hasSize(3).isSorted();
    for (int i = 0; i < 3; i++) {
      assertThat(Integer.parseInt(boundaries.get(i))).isBetween(12_500 * (i + 1) - 1_500, 12_500 * (i + 1) + 1_500);
    }
  }

  @Test
  void keysOfTheStoreAreCutIntoRangesThatCoverThem() throws Exception {
    for (int i = 0; i < 200; i++) {
      memory.set("in/%03d".formatted(i), "x".repeat(10_000));
    }
    List<InputRange> ranges = planner.plan(spec("wordcount", "kv:in/", folder + "/out", 1), 4).splits().stream()
        .flatMap(split -> split.ranges().stream()).toList();
    assertThat(ranges).hasSize(4);
    String next = "in/000";
    for (InputRange range : ranges) {
      InputRange.KeyRange keys = (InputRange.KeyRange) range;
      assertThat(keys.firstKey()).isEqualTo(next);
      next = keys.beforeKey();
    }
    assertThat(next).isEqualTo("in0");
  }

  @Test
  void anOutputFolderBelongsToOneJobFromItsFirstMomentAndIsWholeOrGone() throws Exception {
    JobSpec spec = spec("wordcount", folder + "/in/a.txt", folder + "/new/out", 1);
    Path out = folder.resolve("new/out");
    planner.prepareOutput("job1", spec);
    planner.prepareOutput("job1", spec);
    assertThatThrownBy(() -> planner.prepareOutput("job2", spec)).isInstanceOf(JobRefusedException.class).hasMessageContaining("exists already");
    planner.abortOutput("job2", spec);
    assertThat(out).isDirectory();
    Files.writeString(out.resolve("part-r-00000"), "x");
    planner.abortOutput("job1", spec);
    planner.abortOutput("job1", spec);
    assertThat(folder.resolve("new")).isEmptyDirectory();

    planner.prepareOutput("job3", spec);
    planner.commitOutput("job3", spec);
    planner.commitOutput("job3", spec);
    planner.abortOutput("job3", spec);
    assertThat(out.toFile().list()).containsExactly("_SUCCESS");
  }

  @Test
  void keysOfTheStoreBelongToOneJobUntilItEnds() throws Exception {
    JobSpec spec = spec("wordcount", folder + "/in/a.txt", "kv:out/", 1);
    planner.prepareOutput("job1", spec);
    memory.set("out/a", "1");
    planner.prepareOutput("job1", spec);
    assertThatThrownBy(() -> planner.prepareOutput("job2", spec)).isInstanceOf(JobRefusedException.class);
    planner.abortOutput("job2", spec);
    assertThat(memory.contents()).containsOnlyKeys("out/_temporary", "out/a");
    planner.abortOutput("job1", spec);
    assertThat(memory.contents()).isEmpty();

    planner.prepareOutput("job3", spec);
    memory.set("out/a", "1");
    planner.commitOutput("job3", spec);
    planner.commitOutput("job3", spec);
    planner.abortOutput("job3", spec);
    assertThat(memory.contents()).containsOnlyKeys("out/a");
  }

  private static JobSpec spec(String job, String input, String output, int reducers) {
    return new JobSpec(job, List.of(input), output, reducers, Collections.emptySortedMap(), Optional.empty());
  }
}
