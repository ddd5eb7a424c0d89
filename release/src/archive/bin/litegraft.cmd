@echo off
rem Starts Litegraft @project.version@ with the Java beside it.
rem
rem   LITEGRAFT_JAVA_OPTS  further options for java, e.g. -Xmx4g
rem   LITEGRAFT_CACHE      the folder for class data, which later starts take a third less for
setlocal
set "HOME_DIR=%~dp0.."
set "JAVA=%HOME_DIR%\runtime\bin\java.exe"
if not exist "%JAVA%" (
  echo error: the Java of this folder is missing 1>&2
  echo where: %JAVA% 1>&2
  echo try:   unpack the whole archive again 1>&2
  exit /b 5
)
rem Options that are meant for another Java would stop this one.
set JAVA_TOOL_OPTIONS=
set JDK_JAVA_OPTIONS=
set _JAVA_OPTIONS=
set CLASSPATH=
if not defined LITEGRAFT_CACHE set "LITEGRAFT_CACHE=%LOCALAPPDATA%\litegraft"
set "CLASSES=%LITEGRAFT_CACHE%\classes-@project.version@.jsa"
set "SHARE=-Xshare:auto"
if exist "%CLASSES%" set "SHARE=-XX:SharedArchiveFile=%CLASSES%"
"%JAVA%" "%SHARE%" -Xlog:disable -XX:+UseSerialGC -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=3000 -XX:Tier4CompileThreshold=40000 --enable-native-access=ALL-UNNAMED "-Dlitegraft.home=%HOME_DIR%" "-Dlitegraft.classes=%CLASSES%" %LITEGRAFT_JAVA_OPTS% -jar "%HOME_DIR%\lib\litegraft-cli-@project.version@.jar" %*
exit /b %ERRORLEVEL%
