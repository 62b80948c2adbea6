package bench;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/** wordcount or sort on Spark in one JVM: {@code JOB INPUT OUTPUT REDUCERS TASKS-AT-ONCE}. */
public final class SparkJob {
  private SparkJob() {}

  public static void main(String[] args) {
    int reducers = Integer.parseInt(args[3]);
    SparkConf conf = new SparkConf().setAppName(args[0]).setMaster("local[" + args[4] + "]").set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1").set("spark.local.dir", args[2] + ".tmp");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      JavaRDD<String> lines = spark.textFile(args[1]);
      if (args[0].equals("wordcount")) {
        lines.flatMap(line -> Words.of(line).iterator()).mapToPair(word -> new Tuple2<>(word, 1L)).reduceByKey(Long::sum, reducers)
            .map(count -> count._1() + "\t" + count._2()).saveAsTextFile(args[2]);
      } else {
        lines.sortBy(line -> line, true, reducers).saveAsTextFile(args[2]);
      }
    }
  }
}
