package io.flotilla.scenarios.jobs;

/** A class of the wrong type. */
public final class NoJob {}
