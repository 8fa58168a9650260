// A signed request, with the standard library alone: go run request.go [-date DATE] METHOD PATH [JSON]
// Reads url, application id and key from demo.json; set COUNTERSIGN_DATA when your data folder is elsewhere.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const attempts, skew, milliseconds = 3, 5 * time.Minute, "Mon, 02 Jan 2006 15:04:05.000 GMT"

type application struct{ BaseUrl, ApplicationId, ApplicationKey string }

// The transport sends a request again by itself on a connection that it kept: that would be a replay.
var client = http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// HMAC-SHA256 of the lines, joined by line feeds, in Base64. The 64 hex digits of the key are 32 bytes.
func (a application) mac(lines ...string) string {
	hash := hmac.New(sha256.New, must(hex.DecodeString(a.ApplicationKey)))
	io.WriteString(hash, strings.Join(lines, "\n"))
	return base64.StdEncoding.EncodeToString(hash.Sum(nil))
}

// What is signed: method, date, id, path without query, and the body if there is one.
func (a application) authorization(method, date, path, body string) string {
	lines := []string{method, date, a.ApplicationId, path, body}
	if body == "" {
		lines = lines[:4]
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(a.ApplicationId+":"+a.mac(lines...)))
}

// An answer is to be believed if it is signed by who holds the key, and in the time of this request.
func (a application) isSigned(header http.Header, content string, sent time.Time) bool {
	date := header.Get("X-SA-DATE")
	at, err := http.ParseTime(date)
	isTimely := err == nil && at.After(sent.Add(-skew)) && at.Before(time.Now().Add(skew))
	// in constant time: how long it takes says nothing about how much of it is right
	return hmac.Equal([]byte(a.mac(date, a.ApplicationId, content)), []byte(header.Get("X-SA-SIGNATURE"))) && isTimely
}

// One exchange, with a date and so a signature of its own: the gateway takes each signature once.
func (a application) send(method, address, body string) (status int, content string, isSigned bool) {
	sent := time.Now()
	date := sent.UTC().Format(milliseconds)
	request := must(http.NewRequest(method, address, strings.NewReader(body)))
	request.Header = http.Header{"X-Sa-Ext-Date": {date}, "Content-Type": {"application/json"}}
	request.Header.Set("Authorization", a.authorization(method, date, request.URL.EscapedPath(), body))
	answer, err := client.Do(request)
	if err != nil {
		return http.StatusServiceUnavailable, err.Error(), false
	}
	defer answer.Body.Close()
	bytes, _ := io.ReadAll(answer.Body) // if it is cut off, its signature does not hold
	return answer.StatusCode, string(bytes), a.isSigned(answer.Header, string(bytes), sent)
}

func main() {
	date := flag.String("date", "", "print the Authorization header of this date, to compare, and send nothing")
	flag.Parse()
	folder, isGiven := os.LookupEnv("COUNTERSIGN_DATA")
	if !isGiven {
		folder = ".countersign"
	}
	var demo application
	must(0, json.Unmarshal(must(os.ReadFile(folder+"/demo.json")), &demo))
	method, address, body := flag.Arg(0), demo.BaseUrl+flag.Arg(1), flag.Arg(2)
	if *date != "" {
		fmt.Println(demo.authorization(method, *date, must(http.NewRequest(method, address, nil)).URL.EscapedPath(), body))
		return
	}
	status, content, isSigned := demo.send(method, address, body)
	for retry := 1; status == http.StatusServiceUnavailable && retry < attempts; retry++ {
		time.Sleep(time.Duration(retry) * time.Second)
		status, content, isSigned = demo.send(method, address, body)
	}
	fmt.Println(content)
	if !isSigned {
		fmt.Fprintln(os.Stderr, "response signature DOES NOT HOLD")
		os.Exit(5)
	}
	fmt.Fprintln(os.Stderr, "response signature holds")
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
