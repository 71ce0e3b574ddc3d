# Completion of devserver in PowerShell. In $PROFILE: devserver completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName devserver -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $next = @()
    if ($wordToComplete -eq '') { $next = @('--next') } # an empty argument would get lost
    & devserver __complete @next -- @words 2>$null | ForEach-Object {
        if ($_ -like ':files*' -or $_ -like ':dirs*') {
            $typed = ($_ -split "`t", 2)[1]
            $before = if ($wordToComplete.EndsWith($typed)) { $wordToComplete.Substring(0, $wordToComplete.Length - $typed.Length) } else { $typed = $wordToComplete; '' }
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($typed) | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($before + $_.CompletionText, $_.ListItemText, $_.ResultType, $_.ToolTip)
            }
        } elseif ($_ -ne ':none') {
            $text, $help = $_ -split "`t", 2
            if (-not $help) { $help = $text }
            [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $help)
        }
    }
}
