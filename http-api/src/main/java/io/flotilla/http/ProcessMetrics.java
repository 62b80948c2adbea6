package io.flotilla.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.List;

/** What every JVM can tell of itself, and which build this is. */
final class ProcessMetrics {
  private static final List<MeterBinder> BINDERS = List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ClassLoaderMetrics(),
      new ProcessorMetrics(), new FileDescriptorMetrics(), new UptimeMetrics());

  private ProcessMetrics() {}

  static void bindTo(MeterRegistry registry) {
    BINDERS.forEach(binder -> binder.bindTo(registry));
    Gauge.builder("flotilla.build.info", () -> 1)
        .description("always 1; the tags tell which build this is")
        .tags("version", BuildInfo.version(), "java", Runtime.version().toString())
        .register(registry);
  }
}
