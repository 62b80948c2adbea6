package bench;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.Mapper;
import org.apache.hadoop.mapreduce.Reducer;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.KeyValueTextInputFormat;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.lib.partition.InputSampler;
import org.apache.hadoop.mapreduce.lib.partition.TotalOrderPartitioner;
import org.apache.hadoop.mapreduce.lib.reduce.LongSumReducer;

/** wordcount or sort on Hadoop's local runner: {@code JOB INPUT OUTPUT REDUCERS TASKS-AT-ONCE}. */
public final class HadoopJob {
  private HadoopJob() {}

  public static void main(String[] args) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set("mapreduce.framework.name", "local");
    configuration.set("fs.defaultFS", "file:///");
    configuration.set("hadoop.tmp.dir", args[2] + ".tmp");
    configuration.setInt("mapreduce.local.map.tasks.maximum", Integer.parseInt(args[4]));
    configuration.setInt("mapreduce.local.reduce.tasks.maximum", Integer.parseInt(args[4]));
    configuration.setInt("mapreduce.task.io.sort.mb", 100);
    Job job = Job.getInstance(configuration, args[0]);
    job.setJarByClass(HadoopJob.class);
    job.setNumReduceTasks(Integer.parseInt(args[3]));
    FileInputFormat.addInputPath(job, new Path(args[1]));
    FileOutputFormat.setOutputPath(job, new Path(args[2]));
    if (args[0].equals("wordcount")) {
      wordcount(job);
    } else {
      sort(job, new Path(args[2] + ".partitions"));
    }
    System.exit(job.waitForCompletion(false) ? 0 : 1);
  }

  private static void wordcount(Job job) {
    job.setInputFormatClass(TextInputFormat.class);
    job.setMapperClass(WordMapper.class);
    job.setCombinerClass(LongSumReducer.class);
    job.setReducerClass(LongSumReducer.class);
    job.setOutputKeyClass(Text.class);
    job.setOutputValueClass(LongWritable.class);
  }

  private static void sort(Job job, Path partitions) throws Exception {
    job.setInputFormatClass(KeyValueTextInputFormat.class);
    job.setMapperClass(LineMapper.class);
    job.setReducerClass(LineReducer.class);
    job.setOutputKeyClass(Text.class);
    job.setOutputValueClass(NullWritable.class);
    job.setPartitionerClass(TotalOrderPartitioner.class);
    TotalOrderPartitioner.setPartitionFile(job.getConfiguration(), partitions);
    InputSampler.writePartitionFile(job, new InputSampler.RandomSampler<Text, Text>(0.01, 10_000, 10));
  }

  /** A one for each word. */
  public static final class WordMapper extends Mapper<LongWritable, Text, Text, LongWritable> {
    private final Text word = new Text();
    private final LongWritable one = new LongWritable(1);

    @Override
    protected void map(LongWritable offset, Text line, Context context) throws IOException, InterruptedException {
      for (String found : Words.of(line.toString())) {
        word.set(found);
        context.write(word, one);
      }
    }
  }

  /** The line itself: records have no tab, so it is all key. */
  public static final class LineMapper extends Mapper<Text, Text, Text, NullWritable> {
    @Override
    protected void map(Text line, Text nothing, Context context) throws IOException, InterruptedException {
      context.write(line, NullWritable.get());
    }
  }

  /** As often as it came. */
  public static final class LineReducer extends Reducer<Text, NullWritable, Text, NullWritable> {
    @Override
    protected void reduce(Text line, Iterable<NullWritable> repeats, Context context) throws IOException, InterruptedException {
      for (NullWritable nothing : repeats) {
        context.write(line, nothing);
      }
    }
  }
}
