package io.flotilla.mapreduce.task;

/** Where the output of a finished map task is to be fetched: the node that has it, and where that node serves segments. */
public record MapOutput(AttemptId attempt, String node, String host, int port) {}
