/**
 * The REST façade of a node, which only translates. Start at {@link io.flotilla.http.HttpServer#start}; then {@code Api}: a request
 * becomes a {@code Target} and a {@code Route}, its handler ({@code KvRoutes}, {@code ClusterRoutes}, {@code JobRoutes},
 * {@code OperationsRoutes}) turns it into a call of {@link io.flotilla.kv.KvClient}, {@link io.flotilla.kv.registry.ClusterAdmin} or
 * {@link io.flotilla.mapreduce.client.JobClient},
 * and {@code Answers} turns the typed reply into a response: there, and only there, is an outcome given a status.
 * <p>What is wrong with a request is a {@code Problem} (RFC 9457), thrown from wherever it is found as a {@code RefusedException}.
 * What is no request at all reaches {@link io.flotilla.http.ProblemParsingErrorHandler}.
 * <p>Memory is bounded: {@code Connections} counts connections, {@code ByteBudget} the bodies under way, {@code Bodies} reads each
 * within its bounds and drops what nobody wants. Nothing here blocks a thread.
 */
package io.flotilla.http;
