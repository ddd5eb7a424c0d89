@echo off
rem Starts Litegraft on Windows; on first use it is built. To build it again after a change: mvnw package
rem
rem   JAVA_HOME            the JDK to use; else java from the PATH
rem   LITEGRAFT_JAVA_OPTS  further options for java, e.g. -Xmx4g
setlocal
set "HOME_DIR=%~dp0"
if "%HOME_DIR:~-1%"=="\" set "HOME_DIR=%HOME_DIR:~0,-1%"
set "JAR=%HOME_DIR%\cli\target\dist\lib\litegraft.jar"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
rem This option is known from version 17 on.
"%JAVA%" --enable-native-access=ALL-UNNAMED -version >nul 2>nul
if errorlevel 1 (
  echo error: no Java of version 17 or later was found 1>&2
  echo where: %JAVA% 1>&2
  echo try:   install a JDK of version 17 or later, or set JAVA_HOME to one 1>&2
  exit /b 5
)

if not exist "%JAR%" (
  echo building ^(first use, about a minute^)... 1>&2
  pushd "%HOME_DIR%"
  call mvnw.cmd -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true -pl cli -am package 1>&2
  popd
)
if not exist "%JAR%" (
  echo error: the build failed: see above 1>&2
  echo where: %HOME_DIR% 1>&2
  echo try:   mend what it says; a first build needs the network and a JDK of version 17 or later 1>&2
  exit /b 5
)

"%JAVA%" -XX:+UseSerialGC -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=3000 -XX:Tier4CompileThreshold=40000 --enable-native-access=ALL-UNNAMED "-Dlitegraft.home=%HOME_DIR%" %LITEGRAFT_JAVA_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
