# {{projectDescription}}
FROM {{dockerBaseImage}}
COPY assembly/ /opt/litegraft/
# What Java knows of its classes is made here, so that the first command is as fast as later ones.
RUN LC_ALL=C.UTF-8 /opt/litegraft/runtime/bin/java -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dlitegraft.home=/opt/litegraft \
      -cp /opt/litegraft/lib/litegraft-cli-{{projectVersion}}.jar dev.litegraft.cli.ClassData \
      /var/cache/litegraft/classes-{{projectVersion}}.jsa \
 && test -s /var/cache/litegraft/classes-{{projectVersion}}.jsa \
 && rm -rf /root/.javacpp \
 && useradd --create-home litegraft
ENV LITEGRAFT_CACHE=/var/cache/litegraft PATH=/opt/litegraft/bin:$PATH
USER litegraft
WORKDIR /home/litegraft
ENTRYPOINT ["litegraft"]
