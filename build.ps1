#!/usr/bin/env sh
echo --% >/dev/null;: ' | out-null
<#'
d=$(dirname -- "$0"); dotnet msbuild "$d/deploy/Tasks" -restore -nologo -v:q || exit 1
exec dotnet "$d/.artifacts/bin/Qudao.Tasks/debug/Qudao.Tasks.dll" "$@"
: <<'#end'
#>
dotnet msbuild "$PSScriptRoot/deploy/Tasks" -restore -nologo -v:q; if ($LASTEXITCODE) { exit 1 }
dotnet "$PSScriptRoot/.artifacts/bin/Qudao.Tasks/debug/Qudao.Tasks.dll" @args; exit $LASTEXITCODE
#end
