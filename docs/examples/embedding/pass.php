<?php
$ends = (intdiv(time(), 86400) + 2) * 86400;
$told = "{$shop}~{$order}~account~{$ends}";
$pass = $told . '~' . hash_hmac('sha256', $told, $key);
