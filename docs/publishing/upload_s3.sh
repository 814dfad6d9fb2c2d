#!/bin/sh
# A folder of reports to S3, or to storage that speaks its language (AWS_ENDPOINT_URL names another):
#
#     docs/publishing/upload_s3.sh site s3://bucket/stalking
#
# What a page leads to is there before the page, and the index, to which all lead back, comes after them; what is gone
# goes last. Needs the commands attrition and aws on the path.
set -eu
from=$1
to=$2

attrition check reports --published --out "$from"

put() { # what it is called, what it is
    aws s3 sync "$from" "$to" --no-progress --exclude '*' --include "$1" --content-type "$2" --cache-control no-cache
}

put '*.pdf' application/pdf
put '*.xlsx' application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
put '*.csv' 'text/csv; charset=utf-8'
put '*.json' application/json
put '*/report.html' 'text/html; charset=utf-8'
put feed.xml application/atom+xml
put 'forces/*.html' 'text/html; charset=utf-8'
put '*.html' 'text/html; charset=utf-8'
put sitemap.xml application/xml

aws s3 sync "$from" "$to" --no-progress --delete --cache-control no-cache
