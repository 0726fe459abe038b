#!/usr/bin/env sh
echo --% >/dev/null;: ' | out-null
<#'
d=$(dirname -- "$0"); dotnet build "$d/deploy/Tasks" --nologo -v q -clp:'ErrorsOnly;NoSummary' || exit 1
exec dotnet "$d/.artifacts/bin/Qudao.Tasks/debug/Qudao.Tasks.dll" "$@"
: <<'#end'
#>
dotnet build "$PSScriptRoot/deploy/Tasks" --nologo -v q '-clp:ErrorsOnly;NoSummary'; if ($LASTEXITCODE) { exit 1 }
dotnet "$PSScriptRoot/.artifacts/bin/Qudao.Tasks/debug/Qudao.Tasks.dll" @args; exit $LASTEXITCODE
#end
