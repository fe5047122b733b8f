# Starts moica-card-agent for each person who logs in on this machine: a scheduled task, with the rights of that person.
# Run once as an administrator, after "npm install --global". Not tried on Windows by us.
#
#   powershell -ExecutionPolicy Bypass -File register-task.ps1
#   powershell -ExecutionPolicy Bypass -File register-task.ps1 -Remove
param([switch]$Remove)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$name = 'moica-card-agent'

if ($Remove) {
    Stop-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
    Unregister-ScheduledTask -TaskName $name -Confirm:$false
    return
}

$node = (Get-Command node.exe).Source
$main = Join-Path (npm root --global) 'moica-card-agent\dist\card-agent\main.js'
if (-not (Test-Path $main)) { throw "moica-card-agent is not installed: $main is missing." }

# in Program Files, because only administrators may write there: the file says who may use the card
$folder = Join-Path $env:ProgramFiles 'moica-card-agent'
$config = Join-Path $folder 'agent.conf'
if (-not (Test-Path $config)) {
    New-Item -ItemType Directory -Force -Path $folder | Out-Null
    Copy-Item (Join-Path $PSScriptRoot 'agent.conf') $config
    Write-Host "Edit $config before the next login: allow-origin and pkcs11-module."
}

# conhost --headless: a task of the person who is logged in would otherwise keep a black window open
$arguments = '--headless "{0}" "{1}" --config "{2}"' -f $node, $main, $config
$task = @{
    TaskName  = $name
    Action    = New-ScheduledTaskAction -Execute 'conhost.exe' -Argument $arguments
    Trigger   = New-ScheduledTaskTrigger -AtLogOn
    # the group "Users", by its number: its name differs from language to language
    Principal = New-ScheduledTaskPrincipal -GroupId 'S-1-5-32-545' -RunLevel Limited
    Settings  = New-ScheduledTaskSettingsSet -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries `
        -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 1) `
        -MultipleInstances IgnoreNew
}
Register-ScheduledTask @task -Force | Out-Null
Write-Host "Registered. It starts at the next login; now: Start-ScheduledTask $name"
