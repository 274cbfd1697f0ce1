import hmac
import time

ends = (int(time.time()) // 86400 + 2) * 86400
told = f"{shop}~{order}~account~{ends}"
token = f"{told}~{hmac.new(key.encode(), told.encode(), 'sha256').hexdigest()}"
