# {{projectDescription}}
FROM {{dockerBaseImage}}
COPY assembly/ /
RUN mkdir /opt/litegraft \
 && tar -xzf /{{distributionArtifactFile}} -C /opt/litegraft --strip-components 1 \
 && rm /{{distributionArtifactFile}} \
 && /opt/litegraft/runtime/bin/java -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dlitegraft.home=/opt/litegraft \
      -cp /opt/litegraft/lib/litegraft-cli-{{projectVersion}}.jar dev.litegraft.cli.ClassData \
      /var/cache/litegraft/classes-{{projectVersion}}.jsa \
 && useradd --create-home litegraft
ENV LITEGRAFT_CACHE=/var/cache/litegraft PATH=/opt/litegraft/bin:$PATH
USER litegraft
WORKDIR /home/litegraft
ENTRYPOINT ["litegraft"]
