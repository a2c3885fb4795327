console.log("launcher");
