/** logback.xml: what a node logs, at most 200 MB of it; warnings go to the journal too. */
import { PLACES } from '../../places.ts';
import { CASSANDRA_FILES } from './files.ts';

const PATTERN = '%-5level [%thread] %date{ISO8601} %F:%L - %msg%n';

/** The file's text. */
export const LOGBACK = `<!-- Written by relay cluster apply: what is changed here is changed back. -->
<configuration scan="true" scanPeriod="60 seconds">
  <appender name="file" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>${CASSANDRA_FILES.log}</file>
    <rollingPolicy class="ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy">
      <fileNamePattern>${PLACES.cassandra.logs}/system.log.%d{yyyy-MM-dd}.%i.gz</fileNamePattern>
      <maxFileSize>20MB</maxFileSize>
      <maxHistory>14</maxHistory>
      <totalSizeCap>200MB</totalSizeCap>
    </rollingPolicy>
    <encoder><pattern>${PATTERN}</pattern></encoder>
  </appender>
  <appender name="journal" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level %msg%n</pattern></encoder>
    <filter class="ch.qos.logback.classic.filter.ThresholdFilter"><level>WARN</level></filter>
  </appender>
  <root level="INFO">
    <appender-ref ref="file"/>
    <appender-ref ref="journal"/>
  </root>
</configuration>
`;
