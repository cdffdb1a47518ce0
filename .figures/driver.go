//go:build ignore

// A driver for csi-sanity to judge: the mock that Kubernetes has for its own tests, on the socket that the argument names. It is built in a
// folder of its own (others.go), for what it imports has no place in this module.
package main

import (
	"log"
	"net"
	"os"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"k8s.io/kubernetes/test/e2e/storage/drivers/csi-test/mock/service"
)

func main() {
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	mock := service.New(service.Config{DriverName: "mock.test", AttachLimit: 2, IO: service.OSDirIO{}})
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, mock)
	csi.RegisterControllerServer(server, mock)
	csi.RegisterNodeServer(server, mock)
	log.Fatal(server.Serve(listener))
}
