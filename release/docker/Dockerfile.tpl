# {{projectDescription}}
FROM {{dockerBaseImage}}
COPY assembly/ /
RUN apt-get update && apt-get install -y --no-install-recommends unzip \
 && unzip -q /{{distributionArtifactFile}} -d /opt \
 && mv /opt/{{distributionArtifactRootEntryName}} /opt/litegraft \
 && rm /{{distributionArtifactFile}} \
 && apt-get purge -y unzip && rm -rf /var/lib/apt/lists/* \
 && /opt/litegraft/runtime/bin/java -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dlitegraft.home=/opt/litegraft \
      -cp /opt/litegraft/lib/litegraft-cli-{{projectVersion}}.jar dev.litegraft.cli.ClassData \
      /var/cache/litegraft/classes-{{projectVersion}}.jsa \
 && useradd --create-home litegraft
ENV LITEGRAFT_CACHE=/var/cache/litegraft PATH=/opt/litegraft/bin:$PATH
USER litegraft
WORKDIR /home/litegraft
ENTRYPOINT ["litegraft"]
